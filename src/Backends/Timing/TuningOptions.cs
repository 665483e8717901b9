using System.Collections.Immutable;

namespace AttentionGen.Timing;

/// <summary>Which backends a tuner times, and how.</summary>
public sealed record TuningOptions
{
    /// <summary>The names of the backends to time, in any case; empty: all that are registered.</summary>
    public ImmutableArray<string> Backends { get; init; } = [];

    /// <summary>How each step is timed, and what ends it.</summary>
    public TimingOptions Timing { get; init; } = new();

    /// <summary>How the backends are looked at before; one that fails is not timed.</summary>
    public BackendProbeOptions Probe { get; init; } = new();

    /// <summary>Is told of each step that was timed, on the thread that times.</summary>
    public IProgress<TuningProgress>? Progress { get; init; }
}
