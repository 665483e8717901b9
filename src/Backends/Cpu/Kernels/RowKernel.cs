using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>Widens rows of a cache or an operand to float32, and narrows results.</summary>
internal static unsafe class RowKernel<TSimd, TVector, TElement>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TElement : struct, IElement
{
    /// <summary>Widens rows, each followed by zeros up to <paramref name="paddedSize"/>.</summary>
    /// <returns>Whether all elements are finite.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Widen(byte** rows, int count, int size, float* target, nint stride, int paddedSize)
    {
        // 0 * x is 0 for a finite x, and NaN for others, which then stays.
        TVector zeros = TSimd.Zero;
        for (int row = 0; row < count; row++, target += stride)
        {
            byte* source = rows[row];
            int i = 0;
            for (; i + TSimd.Count <= size; i += TSimd.Count)
            {
                TVector value = TElement.Load<TSimd, TVector>(source + ((nint)i * TElement.Size));
                TSimd.Store(target + i, value);
                zeros = TSimd.MultiplyAdd(value, TSimd.Zero, zeros);
            }

            if (i < size)
            {
                TVector value = PartialVector<TSimd, TVector, TElement>.Load(source + ((nint)i * TElement.Size), size - i);
                TSimd.Store(target + i, value);
                zeros = TSimd.MultiplyAdd(value, TSimd.Zero, zeros);
                i += TSimd.Count;
            }

            for (; i < paddedSize; i += TSimd.Count)
                TSimd.Store(target + i, TSimd.Zero);
        }

        return TSimd.Sum(zeros) == 0;
    }

    /// <summary>Widens one row and multiplies it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void WidenScaled(byte* source, int size, float factor, float* target, int paddedSize)
    {
        Widen(&source, 1, size, target, 0, paddedSize);
        for (int i = 0; i < paddedSize; i += TSimd.Count)
            TSimd.Store(target + i, TSimd.Multiply(TSimd.Load(target + i), TSimd.Broadcast(factor)));
    }

    /// <summary>Multiplies one row and rounds it to the element type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NarrowScaled(float* source, int size, float factor, byte* target)
    {
        for (int i = 0; i < size; i++)
            TElement.Store(target + ((nint)i * TElement.Size), source[i] * factor);
    }
}
