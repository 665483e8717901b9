using Xunit;

namespace AttentionGen.Tests.Battery;

/// <summary>Everything that the kernels can do, in four to seven minutes.</summary>
public sealed class AllTests
{
    [Theory]
    [InlineData("EMULATED_ALL", 800)]
    [InlineData("EMULATED_HOPPER_ALL", 300)]
    public void Passes_the_battery(string backend, int cases)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CUDA_EMULATION") == "all", "Set CUDA_EMULATION=all to run the whole battery.");
        BatteryRun.AssertPasses(backend, cases);
    }
}
