using AttentionGen;
using AttentionGen.Libtorch;

namespace TextGeneration.Tests.Fixtures;

/// <summary>The CPU, or what ATTENTION_TEST_DEVICE names (<c>cuda</c>).</summary>
internal static class TestDevice
{
    public static AttentionDevice Named { get; } = AttentionDevice.Parse(Environment.GetEnvironmentVariable("ATTENTION_TEST_DEVICE") ?? "cpu");

    /// <summary>The device with its compute capability.</summary>
    public static AttentionDevice Describe()
    {
        LibtorchRuntime.Load(new LibtorchOptions { Device = Named.Kind });
        return LibtorchRuntime.Describe(Named);
    }
}
