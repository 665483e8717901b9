namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>What our contenders of a row are compared with.</summary>
/// <param name="Peers">The best of this family.</param>
/// <param name="Target">The ratio to reach; null: there is none.</param>
/// <param name="Basis">The ratio.</param>
internal sealed record Goal(Family Peers, double? Target, RatioBasis Basis = RatioBasis.Time);
