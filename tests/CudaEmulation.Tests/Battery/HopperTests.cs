using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Battery;

/// <summary>The kernel of warpgroups, for the requests that it takes.</summary>
public sealed class HopperTests
{
    [Fact]
    public void Passes_the_battery()
    {
        long before = EmulatedCuda.Launches("hopper_attention");
        BatteryRun.AssertPasses("EMULATED_HOPPER", 150);
        Assert.InRange(EmulatedCuda.Launches("hopper_attention") - before, 100, long.MaxValue);
    }
}
