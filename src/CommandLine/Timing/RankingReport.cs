using System.Collections.Immutable;
using System.Text.Json;

namespace AttentionGen.CommandLine.Timing;

/// <summary>The ranking of a device as it is kept: what <c>attn tune --show</c> prints.</summary>
/// <param name="State">Whether it can be used, and if not, why.</param>
/// <param name="Path">The file.</param>
/// <param name="Explanation">The state in words.</param>
/// <param name="Entries">The measured shapes; empty unless it can be used.</param>
internal sealed record RankingReport(TuningFileState State, string Path, string Explanation, ImmutableArray<TuningEntry> Entries)
{
    public static RankingReport Of(TuningReading reading) =>
        new(reading.State, reading.Path, reading.Explanation, reading.Table?.Entries ?? []);

    public string ToJson() => JsonSerializer.Serialize(this, TimingJsonContext.Default.RankingReport);
}
