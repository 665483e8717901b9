using System.Collections.Immutable;

namespace AttentionGen.Conformance;

/// <summary>How one backend did in one case.</summary>
public sealed record ConformanceCase
{
    /// <summary>The backend's name.</summary>
    public required string Backend { get; init; }

    /// <summary>What the case is about, for example <c>head sizes</c>.</summary>
    public required string Group { get; init; }

    /// <summary>The case within its group: what is asked, spelled out.</summary>
    public required string Name { get; init; }

    /// <summary>How the backend did.</summary>
    public required ConformanceVerdict Verdict { get; init; }

    /// <summary>What was measured, each number with its limit; empty where nothing is measured, as in a refusal.</summary>
    public ImmutableArray<ConformanceMeasure> Measures { get; init; } = [];

    /// <summary>What was wrong, or why the backend refused.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>How long the backend and the judgement took.</summary>
    public double Seconds { get; init; }

    /// <summary>The case in one line, with everything that was wrong.</summary>
    public override string ToString() =>
        $"{Backend} {Group}/{Name}: {Verdict}{(Reasons.IsEmpty ? "" : $": {string.Join("; ", Reasons)}")}";
}
