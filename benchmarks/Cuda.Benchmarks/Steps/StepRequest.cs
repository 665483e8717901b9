namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>One request of a step.</summary>
/// <param name="Keys">The number of its keys, those of the step included.</param>
/// <param name="Queries">The number of its queries, which are its last tokens.</param>
internal readonly record struct StepRequest(int Keys, int Queries)
{
    /// <summary>The pairs of a query and a key that it sees, under causality and a window.</summary>
    /// <param name="window">The sliding window, or null.</param>
    public double VisiblePairs(int? window)
    {
        double pairs = 0;
        for (int query = 0; query < Queries; query++)
            pairs += Math.Min(Keys - Queries + query + 1, window ?? int.MaxValue);
        return pairs;
    }
}
