using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AttentionGen.Conformance.Reporting;

namespace AttentionGen.Conformance;

/// <summary>What the battery found.</summary>
public sealed record ConformanceReport
{
    /// <summary>The device it ran on.</summary>
    public required AttentionDevice Device { get; init; }

    /// <summary>How much of it ran.</summary>
    public required ConformanceThoroughness Thoroughness { get; init; }

    /// <summary>Every case of every backend, in the order in which they ran.</summary>
    public required ImmutableArray<ConformanceCase> Cases { get; init; }

    /// <summary>What a backend declares and the battery has no case for, one sentence each.</summary>
    public ImmutableArray<string> NotCovered { get; init; } = [];

    /// <summary>How long the run took, the reference included.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether there are cases and none failed.</summary>
    public bool Passed => !Cases.IsEmpty && Cases.All(static result => result.Verdict != ConformanceVerdict.Failed);

    /// <summary>The cases that failed.</summary>
    [JsonIgnore]
    public IEnumerable<ConformanceCase> Failures => Cases.Where(static result => result.Verdict == ConformanceVerdict.Failed);

    /// <summary>Writes a table of groups against backends, then each failure with its measures.</summary>
    /// <param name="writer">Where to.</param>
    public void WriteTable(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ReportTable.Write(this, writer);
    }

    /// <summary>The report as one JSON document.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJsonContext.Default.ConformanceReport);

    /// <summary>Reads what <see cref="ToJson"/> writes.</summary>
    /// <param name="json">The document.</param>
    /// <exception cref="JsonException">It is no such document.</exception>
    public static ConformanceReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, ReportJsonContext.Default.ConformanceReport) ?? throw new JsonException("The document is null.");
}
