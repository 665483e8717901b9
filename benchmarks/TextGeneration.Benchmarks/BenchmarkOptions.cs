namespace TextGeneration.Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchmarkOptions(IReadOnlyList<MeasuredProgram> Programs, int Runs, int ColdRuns, int Prompts, bool Json);
