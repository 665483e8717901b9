using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What was found about backends on one device.</summary>
/// <param name="Device">The device, described.</param>
/// <param name="Backends">A finding for each backend that was looked at.</param>
public sealed record AvailabilitySnapshot(AttentionDevice Device, ImmutableArray<BackendAvailability> Backends)
{
    /// <summary>
    /// What went wrong beside the backends, for a reader: a damaged file of earlier findings, a cache folder that cannot be
    /// written to.
    /// </summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>The finding about a backend, or null where it was not looked at.</summary>
    /// <param name="name">The backend's name, as its descriptor has it.</param>
    public BackendAvailability? Find(string name)
    {
        foreach (BackendAvailability backend in Backends)
        {
            if (backend.Name == name)
                return backend;
        }

        return null;
    }
}
