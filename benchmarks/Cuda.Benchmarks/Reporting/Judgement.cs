namespace AttentionGen.Cuda.Benchmarks.Reporting;

/// <summary>How a contender compares.</summary>
/// <param name="Against">With whom.</param>
/// <param name="Ratio">By how much: above 1 is better than the peer.</param>
/// <param name="Target">What it has to reach; null: there is no target.</param>
/// <param name="IsMet">Whether it does; null without a target.</param>
internal sealed record Judgement(string Against, double Ratio, double? Target, bool? IsMet);
