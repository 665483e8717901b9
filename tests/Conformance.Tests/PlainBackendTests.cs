using AttentionGen.Conformance;
using Xunit;

namespace AttentionGen.Tests;

/// <summary>A backend that does everything right passes everything: the battery asks nothing wrong.</summary>
public sealed class PlainBackendTests
{
    [Theory]
    [InlineData("PLAIN_ATTN")]
    [InlineData("PLAIN_MLA")]
    [InlineData("PLAIN_FEW_HEADS")]
    public void Passes(string backend)
    {
        Assert.SkipUnless(TestDevice.Current.Kind == DeviceKind.Cpu, "The plain backends run on the CPU.");
        ConformanceReport report = ConformanceBattery.Run(
            AttentionRegistry.Instance, TestDevice.Current, new ConformanceOptions { Backends = [backend] });

        Assert.True(report.Passed, string.Join(Environment.NewLine, report.Failures.Select(static failure => failure.ToString())));
        Assert.Empty(report.NotCovered);
        Assert.NotEmpty(report.Cases);
    }
}
