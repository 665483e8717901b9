using System.Collections.Immutable;
using System.Text.Json;

namespace AttentionGen;

/// <summary>
/// A selection, or the refusal of one, as values to store and send: what <see cref="Selection.ToReport"/> and
/// <see cref="BackendSelectionException.ToReport"/> give. Writing and reading it as JSON needs no reflection.
/// </summary>
public sealed record SelectionReport
{
    /// <summary>What was asked for.</summary>
    public required AttentionRequest Request { get; init; }

    /// <summary>The name of the backend that was selected, or null where none was.</summary>
    public string? Backend { get; init; }

    /// <summary>Who chose it, or null where none was selected.</summary>
    public BackendChoiceSource? Source { get; init; }

    /// <summary>What the rules are called.</summary>
    public required string Rules { get; init; }

    /// <summary>The choice in words, or why there is none.</summary>
    public required string Explanation { get; init; }

    /// <summary>The candidates that only the requested page size rules out, though they rank higher.</summary>
    public ImmutableArray<string> PrecludedByPageSize { get; init; } = [];

    /// <summary>Every candidate, in the order in which they are picked.</summary>
    public required ImmutableArray<ReportedCandidate> Candidates { get; init; }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="JsonException">The text is no such report.</exception>
    public static SelectionReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, SelectionReportJsonContext.Default.SelectionReport) ?? throw new JsonException("The report is null.");

    /// <summary>The report as JSON: camel case, enums by name, members without a value left out.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SelectionReportJsonContext.Default.SelectionReport);
}
