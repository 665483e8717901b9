using Xunit;

namespace AttentionGen.Tests.Battery;

/// <summary>One class a type: classes run side by side.</summary>
public sealed class BFloat16Tests
{
    [Fact]
    public void Passes_the_battery() => BatteryRun.AssertPasses("EMULATED_BFLOAT16", 200);
}
