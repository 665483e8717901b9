using AttentionGen.Libtorch;

namespace AttentionGen.Hosting;

/// <summary>The libtorch of this process.</summary>
internal sealed class ProcessLibtorch : ILibtorch
{
    public int CudaDeviceCount => LibtorchRuntime.CudaDeviceCount;

    public LibtorchInstallation Load(LibtorchOptions options) => LibtorchRuntime.Load(options);

    public AttentionDevice Describe(AttentionDevice device) => LibtorchRuntime.Describe(device);

    public DeviceEnvironment EnvironmentOf(AttentionDevice device) => LibtorchRuntime.EnvironmentOf(device);
}
