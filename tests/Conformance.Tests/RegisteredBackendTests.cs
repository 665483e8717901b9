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
        ConformanceCase[] unexpected = [.. cases.Where(static result => result.Verdict == ConformanceVerdict.Failed && !KnownFailures.Contains(result))];

        Assert.NotEmpty(cases);
        Assert.True(unexpected.Length == 0, string.Join(Environment.NewLine, unexpected.Select(static failure => failure.ToString())));
    }

    [Fact]
    public void What_is_listed_as_failing_fails()
    {
        Assert.SkipUnless(TestDevice.Current.Kind == DeviceKind.Cpu, "The list is about the CPU.");
        foreach ((string backend, string filter) in KnownFailures.Examples)
        {
            ConformanceReport found = ConformanceBattery.Run(
                AttentionRegistry.Instance, TestDevice.Current, new ConformanceOptions { Backends = [backend], Filter = filter });
            Assert.Contains(found.Failures, KnownFailures.Contains);
        }
    }
}
