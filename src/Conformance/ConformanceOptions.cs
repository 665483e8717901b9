using System.Collections.Immutable;

namespace AttentionGen.Conformance;

/// <summary>Which part of the battery to run, and how to follow it.</summary>
public sealed record ConformanceOptions
{
    /// <summary>The names of the backends to run, in any case; empty: all that are registered.</summary>
    public ImmutableArray<string> Backends { get; init; } = [];

    /// <summary>
    /// Only cases whose <c>group/name</c> contains this text, ignoring case; null: all. For example <c>tree</c>,
    /// <c>pairs/</c> or <c>window=1</c>.
    /// </summary>
    public string? Filter { get; init; }

    /// <summary>How much to run.</summary>
    public ConformanceThoroughness Thoroughness { get; init; } = ConformanceThoroughness.Quick;

    /// <summary>Told of each case as it ends, on the thread that runs the battery unless the receiver moves to another.</summary>
    public IProgress<ConformanceProgress>? Progress { get; init; }

    /// <summary>Ends the run between two cases by an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
