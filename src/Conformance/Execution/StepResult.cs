using System.Collections.Immutable;

namespace AttentionGen.Conformance.Execution;

/// <summary>What a backend made of a step.</summary>
/// <param name="Output">[T, Hq, Dv].</param>
/// <param name="OutputBytes">The same, bit for bit.</param>
/// <param name="LogSumExp">[Hq, T]; null where it was not asked.</param>
/// <param name="Trespasses">What was written besides, or left unwritten in the cache.</param>
internal sealed record StepResult(float[] Output, byte[] OutputBytes, float[]? LogSumExp, ImmutableArray<string> Trespasses)
{
    /// <summary>Whether two results have the same bits.</summary>
    public bool HasBitsOf(StepResult other) =>
        OutputBytes.AsSpan().SequenceEqual(other.OutputBytes)
        && (LogSumExp is null || LogSumExp.AsSpan().SequenceEqual(other.LogSumExp));
}
