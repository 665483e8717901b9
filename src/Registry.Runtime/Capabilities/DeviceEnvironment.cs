namespace AttentionGen;

/// <summary>
/// A device of a machine and the software that runs on it: what was found or measured there holds for no other.
/// </summary>
public sealed record DeviceEnvironment
{
    /// <summary>The device, described; its index makes no difference.</summary>
    public required AttentionDevice Device { get; init; }

    /// <summary>
    /// The device's own name: the GPU's as its driver has it, the processor's with the number of processors that the process
    /// may use.
    /// </summary>
    public required string DeviceName { get; init; }

    /// <summary>The version of the device's driver; null for a processor.</summary>
    public string? Driver { get; init; }

    /// <summary>The version of AttentionGen, as its assembly says it.</summary>
    public required string AttentionGenVersion { get; init; }

    /// <summary>The version of libtorch; null where none is used.</summary>
    public string? LibtorchVersion { get; init; }

    /// <summary>Whether another environment is on the same kind of device: kind, name, compute capability and architecture.</summary>
    /// <param name="other">The other environment.</param>
    public bool IsSameDevice(DeviceEnvironment other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Device with { Index = 0 } == other.Device with { Index = 0 } && DeviceName == other.DeviceName;
    }

    /// <summary>Whether another environment has the same versions of AttentionGen, libtorch and driver.</summary>
    /// <param name="other">The other environment.</param>
    public bool HasSameVersions(DeviceEnvironment other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return AttentionGenVersion == other.AttentionGenVersion && LibtorchVersion == other.LibtorchVersion && Driver == other.Driver;
    }

    /// <summary>The environment in one line.</summary>
    public override string ToString() =>
        $"{DeviceName} ({Device with { Index = 0 }}), AttentionGen {AttentionGenVersion}, libtorch {LibtorchVersion ?? "none"}{(Driver is null ? "" : $", driver {Driver}")}";
}
