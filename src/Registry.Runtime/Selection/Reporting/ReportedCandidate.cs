using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>One candidate of a <see cref="SelectionReport"/>.</summary>
public sealed record ReportedCandidate
{
    /// <inheritdoc cref="CandidateVerdict.Name"/>
    public required string Name { get; init; }

    /// <summary>The full name of the class that serves it, or null where none does.</summary>
    public string? TypeName { get; init; }

    /// <summary>The name of the assembly that holds the class.</summary>
    public string? AssemblyName { get; init; }

    /// <inheritdoc cref="CandidateVerdict.IsSupported"/>
    public required bool Supported { get; init; }

    /// <inheritdoc cref="CandidateVerdict.Rank"/>
    public int? Rank { get; init; }

    /// <inheritdoc cref="CandidateVerdict.MeasuredMicroseconds"/>
    public double? MeasuredMicroseconds { get; init; }

    /// <summary>How far it is known to be usable, or null where nobody looked.</summary>
    public AvailabilityState? Availability { get; init; }

    /// <summary>Every reason against it.</summary>
    public required ImmutableArray<ReportedReason> Reasons { get; init; }

    internal static ReportedCandidate Of(CandidateVerdict verdict) => new()
    {
        Name = verdict.Name,
        TypeName = verdict.Backend?.TypeName,
        AssemblyName = verdict.Backend?.AssemblyName,
        Supported = verdict.IsSupported,
        Rank = verdict.Rank,
        MeasuredMicroseconds = verdict.MeasuredMicroseconds,
        Availability = verdict.Availability?.State,
        Reasons = [.. verdict.Reasons.Select(ReportedReason.Of)],
    };
}
