namespace AttentionGen.Cuda.Benchmarks;

/// <summary>What to measure.</summary>
/// <param name="Groups">The groups of measurements; empty: all.</param>
/// <param name="Rounds">How often each contender is timed.</param>
/// <param name="Json">The file that all rows are written to, or null.</param>
internal sealed record BenchmarkOptions(string[] Groups, int Rounds, string? Json);
