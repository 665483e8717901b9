using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>What is done to a row's scores between the dot products and the softmax.</summary>
internal static unsafe class ScoreMath<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>score = factor * tanh(score).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftCap(float* scores, int first, int end, float factor)
    {
        for (int i = first; i < end; i += TSimd.Count)
            TSimd.Store(scores + i, TSimd.Multiply(HyperbolicTangent<TSimd, TVector>.Of(TSimd.Load(scores + i)), TSimd.Broadcast(factor)));
    }

    /// <summary>score = score - slope * |distance|, with the row's query <paramref name="distance"/> positions after key 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddLinearBias(float* scores, int first, int end, float slope, int distance)
    {
        TVector factor = TSimd.Broadcast(-slope);
        for (int i = first; i < end; i += TSimd.Count)
        {
            TVector away = TSimd.Subtract(TSimd.Broadcast(distance - i), TSimd.Ascending);
            TSimd.Store(scores + i, TSimd.MultiplyAdd(factor, TSimd.Abs(away), TSimd.Load(scores + i)));
        }
    }

    /// <summary>score = factor * score.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* scores, int first, int end, float factor)
    {
        for (int i = first; i < end; i += TSimd.Count)
            TSimd.Store(scores + i, TSimd.Multiply(TSimd.Load(scores + i), TSimd.Broadcast(factor)));
    }
}
