using AttentionGen.Conformance;
using Xunit;

namespace AttentionGen.Tests;

/// <summary>The quick battery on every backend of the registry: a new one is held to it without a line here.</summary>
public sealed class RegisteredBackendTests(RegisteredBackendsReport report) : IClassFixture<RegisteredBackendsReport>
{
    public static TheoryData<string> Backends => [.. RegisteredBackendsReport.Backends];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Conforms(string backend)
    {
        ConformanceCase[] cases = [.. report.Report.Cases.Where(result => result.Backend == backend)];
        ConformanceCase[] failures = [.. cases.Where(static result => result.Verdict == ConformanceVerdict.Failed)];

        Assert.NotEmpty(cases);
        Assert.True(failures.Length == 0, string.Join(Environment.NewLine, failures.Select(static failure => failure.ToString())));
    }
}
