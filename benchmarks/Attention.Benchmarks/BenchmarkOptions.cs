using AttentionGen.Cpu;

namespace AttentionGen.Benchmarks;

/// <summary>What to measure.</summary>
/// <param name="Groups">The groups of measurements; empty: all.</param>
/// <param name="Threads">The numbers of threads, one after the other.</param>
/// <param name="Width">The vector width; null: the widest.</param>
/// <param name="Seconds">How long each contender runs.</param>
/// <param name="Json">The file that all rows are written to, or null.</param>
internal sealed record BenchmarkOptions(string[] Groups, int[] Threads, SimdWidth? Width, double Seconds, string? Json);
