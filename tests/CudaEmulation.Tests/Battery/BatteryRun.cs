using AttentionGen.Conformance;
using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Battery;

/// <summary>A run of the conformance battery on one of the emulated backends.</summary>
internal static class BatteryRun
{
    /// <summary>Fails unless every case passes or is refused as declared.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="cases">How many cases there are at least.</param>
    /// <param name="filter">Which cases; null: all.</param>
    public static void AssertPasses(string backend, int cases, string? filter = null)
    {
        _ = EmulatedCuda.Required;
        ConformanceReport report = ConformanceBattery.Run(AttentionRegistry.Instance, AttentionDevice.Cpu, new ConformanceOptions
        {
            Backends = [backend], Filter = filter, Cancellation = TestContext.Current.CancellationToken,
        });
        Assert.True(report.Passed, string.Join(Environment.NewLine, report.Failures.Take(20).Select(static failure => failure.ToString())));
        Assert.True(report.Cases.Length >= cases, $"There were {report.Cases.Length} cases.");
    }
}
