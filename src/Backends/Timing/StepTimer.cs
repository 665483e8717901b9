using System.Collections.Immutable;
using AttentionGen.Libtorch;

namespace AttentionGen.Timing;

/// <summary>Times backends on one step, in turn, over the same random numbers (docs/availability.md).</summary>
public static class StepTimer
{
    /// <summary>Times one layer's forward pass on each of some backends.</summary>
    /// <param name="registry">Whose backends: <c>AttentionRegistry.Instance</c>. Run-time overrides hold.</param>
    /// <param name="device">The device; libtorch is loaded for it.</param>
    /// <param name="shape">The step.</param>
    /// <param name="backends">The names of the backends, in any case; the results of all are compared with the first one's. Empty: all that are registered.</param>
    /// <param name="options">How long to measure; null: the default.</param>
    /// <returns>The times. A backend that does not support the step or throws is in it with the reason.</returns>
    /// <exception cref="ArgumentException">The shape or an option is not possible, or the device is not what it is described to be.</exception>
    /// <exception cref="UnknownBackendException">A name is not known to the registry.</exception>
    /// <exception cref="LibtorchLoadException">libtorch cannot be loaded for the device, or the device is not there.</exception>
    /// <exception cref="OperationCanceledException"><see cref="TimingOptions.Cancellation"/> was cancelled.</exception>
    public static StepTiming Time(
        AttentionBackendRegistry registry, AttentionDevice device, StepShape shape, ImmutableArray<string> backends = default, TimingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(shape);
        options ??= new TimingOptions();
        shape.Validate();
        options.Validate();
        string[] names = [.. (backends.IsDefaultOrEmpty ? registry.Backends.Select(static backend => backend.Name) : backends.Select(name => registry.Resolve(name.Trim()).Name)).Distinct()];
        LibtorchRuntime.Load(new LibtorchOptions { Device = device.Kind });
        AttentionDevice found = LibtorchRuntime.Describe(device);
        if (device.ComputeCapability != 0 && device.ComputeCapability != found.ComputeCapability)
            throw new ArgumentException($"The device is described as {device} and is {found}. Describe it by LibtorchRuntime.Describe.", nameof(device));

        using TimingSession session = new(registry, found, shape, options);
        return new StepTiming { Device = found, Shape = shape, Backends = session.Time(names) };
    }
}
