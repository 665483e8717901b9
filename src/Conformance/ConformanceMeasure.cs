namespace AttentionGen.Conformance;

/// <summary>One number that a case measured, and what it may be.</summary>
/// <param name="Name">What was measured: <c>output error</c>, <c>row error</c>, <c>cosine difference</c> or <c>log-sum-exp error</c>.</param>
/// <param name="Value">The number; infinite where a result is not a number or missing.</param>
/// <param name="Limit">The largest value that passes.</param>
public sealed record ConformanceMeasure(string Name, double Value, double Limit)
{
    /// <summary>Whether the value is within the limit.</summary>
    public bool IsWithin => Value <= Limit;

    /// <summary>The measure in words, for example <c>output error 1.2E-3 (limit 4.0E-3)</c>.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Name} {Value:0.0E+0} (limit {Limit:0.0E+0})");
}
