namespace AttentionGen.Conformance.Reference;

/// <summary>The float64 answer of a case.</summary>
/// <param name="Output">[T, Hq, Dv].</param>
/// <param name="LogSumExp">[T, Hq]; minus infinity for a row that sees no key.</param>
/// <param name="LargestScore">The largest absolute value that a score can have, before masks and biases: |scale| |q| |k|.</param>
/// <param name="LargestValue">The largest absolute value.</param>
internal sealed record ReferenceResult(double[] Output, double[] LogSumExp, double LargestScore, double LargestValue);
