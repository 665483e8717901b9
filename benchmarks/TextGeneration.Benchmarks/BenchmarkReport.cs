using System.Text.Json.Serialization;

namespace TextGeneration.Benchmarks;

/// <summary>All that was measured.</summary>
internal sealed record BenchmarkReport(int Prompts, IReadOnlyList<Throughput> Throughputs, IReadOnlyList<ColdStart> ColdStarts);

/// <summary>One configuration, a fresh process for each run.</summary>
/// <param name="Program">JIT or NativeAOT.</param>
/// <param name="ElementType">The type it computes in.</param>
/// <param name="Batch">The most prompts answered at once.</param>
/// <param name="TokensPerSecond">Generated tokens a second.</param>
/// <param name="PeakMemory">The process's largest resident set, in bytes.</param>
/// <param name="GeneratedTokens">The tokens of all answers.</param>
/// <param name="RightAnswers">How many answers were right.</param>
internal sealed record Throughput(
    string Program, string ElementType, int Batch, Sample TokensPerSecond, Sample PeakMemory, int GeneratedTokens, int RightAnswers);

/// <summary>The start of one build of the program.</summary>
/// <param name="Program">JIT or NativeAOT.</param>
/// <param name="Seconds">From before the process's start to the first character of its answer.</param>
internal sealed record ColdStart(string Program, Sample Seconds);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BenchmarkReport))]
internal sealed partial class BenchmarkReportContext : JsonSerializerContext;
