using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AttentionGen.Timing;

namespace AttentionGen.CommandLine.Timing;

/// <summary>What <c>attn bench</c> and <c>attn tune</c> measured, as JSON has it.</summary>
/// <param name="Device">The device, described.</param>
/// <param name="Steps">The steps, in the order in which they were given.</param>
internal sealed record TimingReport(string Device, ImmutableArray<TimedStep> Steps)
{
    /// <summary>The file that the ranking was written to; null for a benchmark.</summary>
    public string? Ranking { get; init; }

    public static TimingReport Of(AttentionDevice device, IEnumerable<StepTiming> steps) =>
        new(device.ToString(), [.. steps.Select(static step => new TimedStep(step.Shape, step.Backends))]);

    public string ToJson() => JsonSerializer.Serialize(this, TimingJsonContext.Default.TimingReport);
}

/// <summary>One step, and how long each backend took for it.</summary>
internal sealed record TimedStep(StepShape Shape, ImmutableArray<BackendTiming> Backends);

/// <summary>Writes reports of times and rankings without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TimingReport))]
[JsonSerializable(typeof(RankingReport))]
internal sealed partial class TimingJsonContext : JsonSerializerContext;
