using Microsoft.CodeAnalysis.Testing;

using Analyzer = AttentionGen.Tests.AnalyzerTest<AttentionGen.Generators.BackendNameMustBeUsableAnalyzer>;
using MemberFix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendNameMustBeUsableAnalyzer,
    AttentionGen.CodeFixes.UseInTreeMemberCodeFixProvider>;
using RenameFix = AttentionGen.Tests.FixTest<
    AttentionGen.Generators.BackendNameMustBeUsableAnalyzer,
    AttentionGen.CodeFixes.RenameBackendCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class BackendNameMustBeUsableTests
{
    private const string LongName = "ACME_ATTENTION_OVER_A_PAGED_CACHE_WITH_A_NAME_OF_SIXTY_FIVE_CHARS";

    [Theory]
    [InlineData(
        "(string)null",
        "The name of 'AcmeAttention' is null; give it one of letters, digits and underscores that begins with a letter, for example \"ACME_ATTENTION\"")]
    [InlineData(
        "\"\"",
        "The name of 'AcmeAttention' is empty; give it one of letters, digits and underscores that begins with a letter, for example \"ACME_ATTENTION\"")]
    [InlineData(
        "\"  \"",
        "The name of 'AcmeAttention' is white space; give it one of letters, digits and underscores that begins with a letter, for example \"ACME_ATTENTION\"")]
    [InlineData(
        "\"ACME-ATTN\"",
        "The name \"ACME-ATTN\" has the character '-'; a name is letters (A to Z), digits and underscores and begins with a letter, for example \"ACME_ATTN\"")]
    [InlineData(
        "\"4BIT\"",
        "The name \"4BIT\" has '4' as its first character; a name is letters (A to Z), digits and underscores and begins with a letter, for example \"ATTN_4BIT\"")]
    [InlineData(
        "\"_ACME\"",
        "The name \"_ACME\" has '_' as its first character; a name is letters (A to Z), digits and underscores and begins with a letter, for example \"ACME\"")]
    [InlineData(
        "\"ACMÉ\"",
        "The name \"ACMÉ\" has the character 'É'; a name is letters (A to Z), digits and underscores and begins with a letter, for example \"ACM\"")]
    [InlineData(
        "\"" + LongName + "\"",
        "The name \"" + LongName + "\" has 65 characters; a name has at most 64, shorten it")]
    [InlineData(
        "\"FLASH_ATTN\"",
        "The name \"FLASH_ATTN\" belongs to the in-tree backend Backend.FlashAttn; use [AttentionBackend(Backend.FlashAttn)] to serve it, or choose another name")]
    [InlineData(
        "\"xFormers\"",
        "The name \"xFormers\" belongs to the in-tree backend Backend.XFormers; use [AttentionBackend(Backend.XFormers)] to serve it, or choose another name")]
    public Task Each_cause_has_its_own_message(string argument, string message) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            [AttentionBackend({|#0:{{argument}}|})]
            class AcmeAttention;
            """,
            DiagnosticResult.CompilerError("ATTN0005").WithLocation(0).WithMessage(message));

    [Theory]
    [InlineData("\"ACME_ATTN\"")]
    [InlineData("\"a\"")]
    [InlineData("\"Acme2_\"")]
    [InlineData("\"FLASH_ATTN_4\"")]
    [InlineData("\"FlashAttn\"")] // The C# name is not the in-tree name: the registry does not parse it.
    [InlineData("\"ACME_ATTENTION_OVER_A_PAGED_CACHE_WITH_A_NAME_OF_SIXTY_FOUR_CHAR\"")]
    [InlineData("Backend.FlashAttn")]
    public Task Good_name_is_accepted(string argument) =>
        Analyzer.RunAsync(
            $$"""
            using AttentionGen;

            [AttentionBackend({{argument}})]
            class Acme;
            """);

    [Fact]
    public Task Constant_is_read_through_an_alias() =>
        Analyzer.RunAsync(
            """
            using Registered = AttentionGen.AttentionBackendAttribute;

            partial class Acme
            {
                public const string Name = "acme attn";
            }

            [Registered({|ATTN0005:Acme.Name|}, Override = false)]
            partial class Acme;
            """);

    [Fact]
    public Task Pragma_suppresses() =>
        Analyzer.RunAsync(
            """
            using AttentionGen;

            #pragma warning disable ATTN0005
            [AttentionBackend("")]
            class Acme;
            """);

    [Fact]
    public Task Generated_file_is_skipped()
    {
        var test = new Analyzer();
        test.TestState.Sources.Add(("Acme.g.cs", """[AttentionGen.AttentionBackend("")] class Acme;"""));
        return test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Fix_uses_the_in_tree_member() =>
        MemberFix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend({|ATTN0005:"FLASH_ATTN"|}, Override = true)]
            class Acme;

            [AttentionBackend(name: {|ATTN0005:"tree_attn"|})]
            class Other;

            [AttentionBackend({|ATTN0005:"FLEX-ATTENTION"|})]
            class Third;
            """,
            """
            using AttentionGen;

            [AttentionBackend(Backend.FlashAttn, Override = true)]
            class Acme;

            [AttentionBackend(Backend.TreeAttn)]
            class Other;

            [AttentionBackend(Backend.FlexAttention)]
            class Third;
            """);

    [Fact]
    public Task Fix_renames() =>
        RenameFix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend({|ATTN0005:"acme attn (v2)"|})]
            class Acme;

            [AttentionBackend(name: {|ATTN0005:"3D-attn"|})]
            class Other;

            [AttentionBackend({|ATTN0005:""|})]
            class ThirdMLAAttentionBackend;

            [AttentionBackend({|ATTN0005:"---"|})]
            class Backend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("acme_attn__v2")]
            class Acme;

            [AttentionBackend(name: "ATTN_3D_attn")]
            class Other;

            [AttentionBackend("THIRD_MLA_ATTENTION")]
            class ThirdMLAAttentionBackend;

            [AttentionBackend("BACKEND")]
            class Backend;
            """);
}
