namespace AttentionGen.Libtorch;

/// <summary>What an application asks of <see cref="LibtorchRuntime.Load"/>.</summary>
public sealed record LibtorchOptions
{
    /// <summary>The environment variable that names a directory when <see cref="Directory"/> does not.</summary>
    public const string DirectoryVariable = "ATTENTION_LIBTORCH";

    /// <summary>
    /// The directory that holds libtorch: the one with <c>libtorch_cpu.so</c> in it, or an unpacked libtorch, a Python
    /// <c>site-packages</c> or a <c>torch</c> package above it. A named directory is binding: when libtorch is not
    /// there, loading fails and nothing else is searched. <see langword="null"/> leaves it to
    /// <see cref="DirectoryVariable"/>, then to the search.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>
    /// What the application will run on: <see cref="DeviceKind.Cpu"/> (the default) takes the first libtorch found,
    /// <see cref="DeviceKind.Cuda"/> one built for CUDA, and insists on a driver and a device.
    /// </summary>
    public DeviceKind Device { get; init; } = DeviceKind.Cpu;
}
