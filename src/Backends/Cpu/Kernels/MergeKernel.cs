using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>Merges attention over one set of keys with attention over another.</summary>
internal static unsafe class MergeKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Takes a row's result over a chunk into its total: both are sums of weights relative to a maximum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Merge(
        ref float maximum, ref float sum, float* output, float chunkMaximum, float chunkSum, float* chunkOutput, int columns)
    {
        // A chunk in which the row sees no key changes no bit.
        if (float.IsNegativeInfinity(chunkMaximum) && chunkSum == 0)
            return;

        float next = Math.Max(maximum, chunkMaximum);
        float origin = float.IsNegativeInfinity(next) ? 0 : next;
        float factor = Exponential<TSimd, TVector>.OfTwo(maximum - origin);
        float chunkFactor = Exponential<TSimd, TVector>.OfTwo(chunkMaximum - origin);
        TVector factors = TSimd.Broadcast(factor), chunkFactors = TSimd.Broadcast(chunkFactor);
        for (int i = 0; i < columns; i += TSimd.Count)
            TSimd.Store(output + i, TSimd.MultiplyAdd(TSimd.Load(output + i), factors, TSimd.Multiply(TSimd.Load(chunkOutput + i), chunkFactors)));
        maximum = next;
        sum = (sum * factor) + (chunkSum * chunkFactor);
    }
}
