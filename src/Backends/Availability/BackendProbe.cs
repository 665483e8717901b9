using AttentionGen.Libtorch;

namespace AttentionGen;

/// <summary>
/// Finds out which registered backends can run on a device of this machine: what they need is looked for, and then each runs
/// a small prefill and a small decode whose numbers are checked (docs/availability.md).
/// </summary>
public static class BackendProbe
{
    /// <summary>Looks at the backends, up to a wanted state.</summary>
    /// <param name="registry">Whose backends: <c>AttentionRegistry.Instance</c>. Run-time overrides hold; what they give is never kept.</param>
    /// <param name="device">The device; a compute capability that is given must be the device's own.</param>
    /// <param name="options">How far to look, and at which; null: all, with a probe.</param>
    /// <returns>
    /// What was found, for <see cref="SelectionOptions.Availability"/>: a finding for each backend that declares the device. A
    /// backend that throws, in its constructor too, is in it with the reason.
    /// </returns>
    /// <exception cref="UnknownBackendException">The options name a backend that the registry does not know.</exception>
    public static AvailabilitySnapshot Run(AttentionBackendRegistry registry, AttentionDevice device, BackendProbeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        options ??= new BackendProbeOptions();
        if (options.UpTo > AvailabilityState.Declared)
            device = Complete(device);

        ProbeSession session = new(registry, device, options);
        return new AvailabilitySnapshot(device, [.. Named(registry, options).Where(backend => Declares(backend, device)).Select(session.Look)])
        {
            Notes = [.. session.Notes],
        };
    }

    private static IEnumerable<BackendDescriptor> Named(AttentionBackendRegistry registry, BackendProbeOptions options) =>
        options.Backends.IsDefaultOrEmpty
            ? registry.Backends
            : options.Backends.Select(name => registry.Resolve(name.Trim()).Descriptor).OfType<BackendDescriptor>().Distinct().ToArray();

    // A device that is not there stays as it was described; the backends say so.
    private static AttentionDevice Complete(AttentionDevice device)
    {
        if (device.ComputeCapability != 0)
            return device;
        try
        {
            return LibtorchRuntime.Describe(device);
        }
        catch (LibtorchLoadException)
        {
            return device;
        }
    }

    private static bool Declares(BackendDescriptor backend, AttentionDevice device)
    {
        AttentionRequest anything = new() { Device = device, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 1, KeyValueHeads = 1 };
        return !backend.ReasonsAgainst(anything).Any(reason =>
            reason.Code is ReasonCode.Device or ReasonCode.Architecture
            || (reason.Code == ReasonCode.ComputeCapability && device.ComputeCapability != 0));
    }
}
