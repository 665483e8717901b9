using System.Text.Json.Serialization;

namespace TextGeneration.Benchmarks;

/// <summary>What is read of the sample's <c>--json</c> report.</summary>
internal sealed record SampleReport
{
    public required string Backend { get; init; }

    public required IReadOnlyList<SampleAnswer> Answers { get; init; }

    public required int PromptTokens { get; init; }

    public required int GeneratedTokens { get; init; }

    public required int Steps { get; init; }

    public required double TokensPerSecond { get; init; }

    public required long PeakMemoryBytes { get; init; }
}

/// <summary>One answer.</summary>
internal sealed record SampleAnswer
{
    public required string Text { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SampleReport))]
internal sealed partial class SampleReportContext : JsonSerializerContext;
