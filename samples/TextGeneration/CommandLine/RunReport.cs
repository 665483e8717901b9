using System.Text.Json.Serialization;

namespace TextGeneration.CommandLine;

/// <summary>What a run did: the document that <c>--json</c> prints.</summary>
internal sealed record RunReport
{
    public required string Model { get; init; }

    public required string Backend { get; init; }

    public required string BackendClass { get; init; }

    /// <summary>Why the backend was chosen, and why the others were not.</summary>
    public required string Explanation { get; init; }

    public required string Device { get; init; }

    public required string ElementType { get; init; }

    /// <summary>The libtorch that was loaded.</summary>
    public required string Libtorch { get; init; }

    /// <summary>The number of CPU threads that libtorch computed with.</summary>
    public required int Threads { get; init; }

    public required IReadOnlyList<Answer> Answers { get; init; }

    public required int PromptTokens { get; init; }

    public required int GeneratedTokens { get; init; }

    public required int Steps { get; init; }

    /// <summary>Which steps were replayed from CUDA graphs, and why others were not.</summary>
    public required CudaGraphReport CudaGraph { get; init; }

    /// <summary>The steps that gave one token to each request, apart from prompts and captures.</summary>
    public required DecodeReport Decode { get; init; }

    /// <summary>How well tokens were guessed ahead; null where none was.</summary>
    public required SpeculationReport? Speculation { get; init; }

    /// <summary>From the process's start to the first token of any answer.</summary>
    public required double ColdStartSeconds { get; init; }

    /// <summary>From the first step's begin to the first token of any answer.</summary>
    public required double TimeToFirstTokenSeconds { get; init; }

    /// <summary>From the first step's begin to the last token.</summary>
    public required double GenerationSeconds { get; init; }

    /// <summary>Generated tokens of all answers by <see cref="GenerationSeconds"/>.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>The process's largest resident set.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Whether the user ended the run before its end.</summary>
    public required bool Cancelled { get; init; }
}

/// <summary>One prompt and its answer.</summary>
internal sealed record Answer(string Prompt, string Text, IReadOnlyList<int> Tokens, string Finish);

/// <summary>The report's serialisation, generated at build time.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunReport))]
internal sealed partial class RunReportContext : JsonSerializerContext;
