using System.Text.Json.Serialization;

namespace AttentionGen.Soak;

/// <summary>What a run did and what it left behind.</summary>
internal sealed record SoakReport
{
    public required string Backend { get; init; }

    public required string Device { get; init; }

    public required int Steps { get; init; }

    public required int Requests { get; init; }

    public required long Tokens { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The largest difference of an output from its request's value.</summary>
    public required double WorstError { get; init; }

    public required IReadOnlyList<MemoryReading> Memory { get; init; }

    public required IReadOnlyList<string> Failures { get; init; }
}

[JsonSerializable(typeof(SoakReport))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class SoakReportContext : JsonSerializerContext;
