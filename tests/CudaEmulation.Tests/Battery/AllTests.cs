using Xunit;

namespace AttentionGen.Tests.Battery;

/// <summary>Everything that the kernels can do, in a quarter of an hour.</summary>
public sealed class AllTests
{
    [Fact]
    public void Passes_the_battery()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CUDA_EMULATION") == "all", "Set CUDA_EMULATION=all to run the whole battery.");
        BatteryRun.AssertPasses("EMULATED_ALL", 800);
    }
}
