using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests.Documentation;

public sealed class RuleTests
{
    public static TheoryData<Rule> Rules { get; } = [.. Rule.All];

    [Theory, MemberData(nameof(Rules))]
    public void Descriptors_of_one_rule_agree(Rule rule)
    {
        Assert.All(rule.Descriptors, descriptor =>
        {
            Assert.Equal(rule.Title, descriptor.Title.ToString(null));
            Assert.Equal(rule.Descriptors[0].Category, descriptor.Category);
            Assert.Equal(rule.Descriptors[0].DefaultSeverity, descriptor.DefaultSeverity);
            Assert.Equal(rule.Descriptors[0].IsEnabledByDefault, descriptor.IsEnabledByDefault);
            Assert.Equal($"https://github.com/attentiongen/attentiongen/blob/main/docs/diagnostics/{rule.Id}.md", descriptor.HelpLinkUri);
        });
    }

    [Theory, MemberData(nameof(Rules))]
    public void Analyzer_supports_all_descriptors_of_its_rule_and_no_other(Rule rule)
    {
        if (rule.Analyzer is null)
            Assert.Equal("AttentionGen.Registry", rule.Descriptors[0].Category); // The generator reports those.
        else
            Assert.Equal(rule.Descriptors, rule.Analyzer.SupportedDiagnostics);
    }

    [Fact]
    public void Rules_of_single_classes_have_fixes() =>
        Assert.All(Rule.All.Where(static rule => rule.Analyzer is not null), static rule => Assert.True(rule.HasFix));
}
