using System.Runtime.CompilerServices;
using AttentionGen.Libtorch;

namespace AttentionGen.Tests;

/// <summary>The device that the tests run on: the CPU, or what ATTENTION_TEST_DEVICE names (<c>cuda</c>).</summary>
internal static class TestDevice
{
    public static AttentionDevice Current { get; } = Find();

    // TorchSharp's first use must find libtorch loaded, and any test may be the first to use it.
    [ModuleInitializer]
    internal static void Load() => _ = Current;

    private static AttentionDevice Find()
    {
        AttentionDevice device = AttentionDevice.Parse(Environment.GetEnvironmentVariable("ATTENTION_TEST_DEVICE") ?? "cpu");
        LibtorchRuntime.Load(new LibtorchOptions { Device = device.Kind });

        // Tensors here are small: more threads would wait for one another.
        TorchSharp.torch.set_num_threads(1);
        return LibtorchRuntime.Describe(device);
    }
}
