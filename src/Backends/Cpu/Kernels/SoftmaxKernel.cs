using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>One step of the online softmax (<see href="https://arxiv.org/abs/1805.02867"/>), in powers of two.</summary>
internal static unsafe class SoftmaxKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// Turns a row's scores of a block into weights, relative to the largest score so far, and takes them into the row's sum.
    /// </summary>
    /// <param name="scores">The row's scores, in units of log2, minus infinity for hidden keys; then its weights.</param>
    /// <param name="first">Where the visible keys begin, rounded down to <see cref="KeyBlocks.Alignment"/>.</param>
    /// <param name="end">Where they end, rounded up to it.</param>
    /// <param name="maximum">The largest score so far.</param>
    /// <param name="sum">The sum of weights so far, relative to it.</param>
    /// <returns>What weights relative to the old maximum are multiplied by to be relative to the new one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Step(float* scores, int first, int end, ref float maximum, ref float sum)
    {
        TVector largest = TSimd.Broadcast(float.NegativeInfinity);
        for (int i = first; i < end; i += TSimd.Count)
            largest = TSimd.Max(TSimd.Load(scores + i), largest);

        float old = maximum;
        float next = Math.Max(old, TSimd.MaxAcross(largest));

        // Without a visible key there is no maximum to be relative to; all weights are then 0.
        float origin = float.IsNegativeInfinity(next) ? 0 : next;
        TVector subtrahend = TSimd.Broadcast(origin);
        TVector total = TSimd.Zero;
        for (int i = first; i < end; i += TSimd.Count)
        {
            TVector weight = Exponential<TSimd, TVector>.OfTwo(TSimd.Subtract(TSimd.Load(scores + i), subtrahend));
            TSimd.Store(scores + i, weight);
            total = TSimd.Add(total, weight);
        }

        float correction = Exponential<TSimd, TVector>.OfTwo(old - origin);
        maximum = next;
        sum = (sum * correction) + TSimd.Sum(total);
        return correction;
    }
}
