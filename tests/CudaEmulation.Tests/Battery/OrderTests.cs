using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Battery;

/// <summary>Threads that take turns in any order, and copies that end at any time, change nothing: what a race would.</summary>
public sealed class OrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Passes_in_any_order(ulong seed)
    {
        EmulatedCuda.SetSeed(seed);
        try
        {
            BatteryRun.AssertPasses("EMULATED_FLOAT16", 20, "batches/");
        }
        finally
        {
            EmulatedCuda.SetSeed(0);
        }
    }
}
