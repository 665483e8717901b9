using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>How far to look at backends, and at which.</summary>
public sealed record BackendProbeOptions
{
    /// <summary>The furthest state that is tried.</summary>
    public AvailabilityState UpTo { get; init; } = AvailabilityState.Probed;

    /// <summary>The names of the backends to look at, in any case; empty: all that declare the device.</summary>
    public ImmutableArray<string> Backends { get; init; } = [];

    /// <summary>Whether to try again what was found earlier, by this process or another one.</summary>
    public bool Anew { get; init; }

    /// <summary>Whether passed probes are kept in <see cref="Directory"/> and believed when they are found there.</summary>
    public bool KeepOnDisk { get; init; } = true;

    /// <summary>The folder in which passed probes are kept; null: the user's (<see cref="CacheDirectory.ForUser()"/>).</summary>
    public CacheDirectory? Directory { get; init; }
}
