using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>Adds weighted values that may be infinite or NaN: a key of no weight adds nothing.</summary>
internal static unsafe class SkippingValueKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The same as <see cref="ValueKernel{TSimd, TVector, TRows}.Accumulate"/>, from widened values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(
        float* weights, nint weightStride, int rows, float* values, nint valueStride, int* starts, int* ends, float* corrections,
        float* output, nint outputStride, int columns)
    {
        for (int row = 0; row < rows; row++)
        {
            float* target = output + (row * outputStride);
            TVector correction = TSimd.LoadBroadcast(corrections + row);
            for (int column = 0; column < columns; column += TSimd.Count)
                TSimd.Store(target + column, TSimd.Multiply(TSimd.Load(target + column), correction));
            for (int key = starts[row]; key < ends[row]; key++)
            {
                float weight = weights[(row * weightStride) + key];
                if (weight == 0)
                    continue;
                float* value = values + (key * valueStride);
                for (int column = 0; column < columns; column += TSimd.Count)
                    TSimd.Store(target + column, TSimd.MultiplyAdd(TSimd.Broadcast(weight), TSimd.Load(value + column), TSimd.Load(target + column)));
            }
        }
    }
}
