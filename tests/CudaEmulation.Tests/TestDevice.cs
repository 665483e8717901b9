using System.Runtime.CompilerServices;
using AttentionGen.Libtorch;

namespace AttentionGen.Tests;

/// <summary>Where the tests' tensors lie: in the CPU's memory.</summary>
internal static class TestDevice
{
    // TorchSharp's first use must find libtorch loaded, and any test may be the first to use it.
    [ModuleInitializer]
    internal static void Load()
    {
        LibtorchRuntime.Load();
        TorchSharp.torch.set_num_threads(1);
    }
}
