using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What the selector found about one candidate.</summary>
public sealed record CandidateVerdict
{
    /// <summary>The candidate's name.</summary>
    public required string Name { get; init; }

    /// <summary>The registered backend, or null where no class serves the name.</summary>
    public BackendDescriptor? Backend { get; init; }

    /// <summary>
    /// Its place in the automatic order for the request, from 0; lower is better. Null: it is never picked unless it is named.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>How long a step took when the ranking was measured (<see cref="TuningTable"/>), in microseconds; null: not measured.</summary>
    public double? MeasuredMicroseconds { get; init; }

    /// <summary>What was found about it on the device, or null where nobody looked.</summary>
    public BackendAvailability? Availability { get; init; }

    /// <summary>Every reason against it; empty where it could serve the request.</summary>
    public ImmutableArray<SelectionReason> Reasons { get; init; } = [];

    /// <summary>Whether it could serve the request.</summary>
    public bool IsSupported => Reasons.IsEmpty;
}
