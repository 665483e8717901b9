using AttentionGen.Libtorch;

namespace AttentionGen.Hosting;

/// <summary>libtorch and the devices of this machine.</summary>
internal interface ILibtorch
{
    /// <inheritdoc cref="LibtorchRuntime.Load"/>
    LibtorchInstallation Load(LibtorchOptions options);

    /// <inheritdoc cref="LibtorchRuntime.Describe"/>
    AttentionDevice Describe(AttentionDevice device);

    /// <inheritdoc cref="LibtorchRuntime.EnvironmentOf"/>
    DeviceEnvironment EnvironmentOf(AttentionDevice device);

    /// <inheritdoc cref="LibtorchRuntime.CudaDeviceCount"/>
    int CudaDeviceCount { get; }
}
