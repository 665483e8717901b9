namespace AttentionGen;

/// <summary>
/// Finds out which registered backends can run on a device of this machine: what they need is looked for, and then each runs
/// a small decode and a small prefill whose numbers are checked (docs/availability.md).
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
    public static AvailabilitySnapshot Run(AttentionBackendRegistry registry, AttentionDevice device, BackendProbeOptions? options = null) =>
        throw new NotImplementedException();
}
