using AttentionGen.Conformance;
using Xunit;

namespace AttentionGen.Tests;

/// <summary>The quick battery on every backend of the registry: a new one is held to it without a line here.</summary>
public sealed class RegisteredBackendTests
{
    public static TheoryData<string> Backends => [.. AttentionRegistry.Instance.Backends
        .Where(static backend => backend.AssemblyName != typeof(RegisteredBackendTests).Assembly.GetName().Name)
        .Select(static backend => backend.Name)];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Conforms(string backend)
    {
        ConformanceReport report = ConformanceBattery.Run(
            AttentionRegistry.Instance, TestDevice.Current, new ConformanceOptions { Backends = [backend] });

        Assert.NotEmpty(report.Cases);
        ConformanceCase[] unexpected = [.. report.Failures.Where(static failure => !KnownFailures.Contains(failure))];
        Assert.True(unexpected.Length == 0, string.Join(Environment.NewLine, unexpected.Select(static failure => failure.ToString())));
    }

    [Fact]
    public void Nothing_is_listed_as_failing_that_does_not_fail()
    {
        foreach (string backend in KnownFailures.Backends)
        {
            ConformanceReport report = ConformanceBattery.Run(
                AttentionRegistry.Instance, TestDevice.Current, new ConformanceOptions { Backends = [backend], Filter = "masks/" });
            Assert.Contains(report.Failures, KnownFailures.Contains);
        }
    }
}
