using Xunit;

namespace AttentionGen.Tests.Battery;

/// <summary>The kernel of warpgroups, for the requests that it takes.</summary>
public sealed class HopperTests
{
    [Fact]
    public void Passes_the_battery() => BatteryRun.AssertPasses("EMULATED_HOPPER", 150);
}
