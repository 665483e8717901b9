using AttentionGen.Tests.Emulation;
using Xunit;

namespace AttentionGen.Tests.Battery;

/// <summary>Threads that take turns in any order, and copies that end at any time, change nothing: what a race would.</summary>
public sealed class OrderTests
{
    [Theory]
    [InlineData("EMULATED_FLOAT16", 1)]
    [InlineData("EMULATED_FLOAT16", 2)]
    [InlineData("EMULATED_HOPPER", 3)]
    [InlineData("EMULATED_HOPPER", 4)]
    public void Passes_in_any_order(string backend, ulong seed)
    {
        EmulatedCuda.SetSeed(seed);
        try
        {
            BatteryRun.AssertPasses(backend, 15, "batches/");
        }
        finally
        {
            EmulatedCuda.SetSeed(0);
        }
    }
}
