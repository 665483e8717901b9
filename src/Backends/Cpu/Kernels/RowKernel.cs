using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <summary>Widens rows of a cache or an operand to float32, and narrows results.</summary>
internal static unsafe class RowKernel<TSimd, TVector, TElement>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TElement : struct, IElement
{
    /// <summary>Widens rows, each followed by zeros up to <paramref name="paddedSize"/>.</summary>
    /// <returns>Whether all elements are finite.</returns>
    public static bool Widen(byte** rows, int count, int size, float* target, nint stride, int paddedSize)
    {
        bool isFinite = WidenWholeVectors(rows, count, size, target, stride, paddedSize);
        int whole = size / TSimd.Count * TSimd.Count;
        for (int row = 0; row < count && whole < size; row++)
        {
            TVector value = PartialVector<TSimd, TVector, TElement>.Load(rows[row] + ((nint)whole * TElement.Size), size - whole);
            TSimd.Store(target + (row * stride) + whole, value);
            isFinite &= TSimd.Sum(TSimd.Multiply(value, TSimd.Zero)) == 0;
        }

        return isFinite;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool WidenWholeVectors(byte** rows, int count, int size, float* target, nint stride, int paddedSize)
    {
        // 0 * x is 0 for a finite x, and NaN for others, which then stays. Four sums, so that none waits for itself.
        TVector zeros0 = TSimd.Zero, zeros1 = TSimd.Zero, zeros2 = TSimd.Zero, zeros3 = TSimd.Zero;
        for (int row = 0; row < count; row++, target += stride)
        {
            byte* source = rows[row];
            nint i = 0;
            for (; i + (4 * TSimd.Count) <= size; i += 4 * TSimd.Count)
            {
                byte* from = source + (i * TElement.Size);
                TVector value0 = TElement.Load<TSimd, TVector>(from);
                TVector value1 = TElement.Load<TSimd, TVector>(from + (TSimd.Count * TElement.Size));
                TVector value2 = TElement.Load<TSimd, TVector>(from + (2 * TSimd.Count * TElement.Size));
                TVector value3 = TElement.Load<TSimd, TVector>(from + (3 * TSimd.Count * TElement.Size));
                TSimd.Store(target + i, value0);
                TSimd.Store(target + i + TSimd.Count, value1);
                TSimd.Store(target + i + (2 * TSimd.Count), value2);
                TSimd.Store(target + i + (3 * TSimd.Count), value3);
                zeros0 = TSimd.MultiplyAdd(value0, TSimd.Zero, zeros0);
                zeros1 = TSimd.MultiplyAdd(value1, TSimd.Zero, zeros1);
                zeros2 = TSimd.MultiplyAdd(value2, TSimd.Zero, zeros2);
                zeros3 = TSimd.MultiplyAdd(value3, TSimd.Zero, zeros3);
            }

            for (; i + TSimd.Count <= size; i += TSimd.Count)
            {
                TVector value = TElement.Load<TSimd, TVector>(source + (i * TElement.Size));
                TSimd.Store(target + i, value);
                zeros0 = TSimd.MultiplyAdd(value, TSimd.Zero, zeros0);
            }

            for (; i < paddedSize; i += TSimd.Count)
                TSimd.Store(target + i, TSimd.Zero);
        }

        return TSimd.Sum(TSimd.Add(TSimd.Add(zeros0, zeros1), TSimd.Add(zeros2, zeros3))) == 0;
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
        Vector128<float> factors = Vector128.Create(factor);
        nint i = 0;
        for (; i + Vector128<float>.Count <= size; i += Vector128<float>.Count)
            TElement.Store(target + (i * TElement.Size), Vector128.Load(source + i) * factors);
        for (; i < size; i++)
            TElement.Store(target + (i * TElement.Size), source[i] * factor);
    }

    /// <summary>Divides one row and rounds it to another element type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Convert<TTarget>(byte* source, int size, float divisor, byte* target)
        where TTarget : struct, IElement
    {
        const int LargestCount = 16;
        float* widened = stackalloc float[LargestCount];
        Vector128<float> divisors = Vector128.Create(divisor);
        for (nint first = 0; first < size; first += TSimd.Count)
        {
            int count = (int)Math.Min(TSimd.Count, size - first);
            byte* from = source + (first * TElement.Size), to = target + (first * TTarget.Size);
            TSimd.Store(widened, count == TSimd.Count ? TElement.Load<TSimd, TVector>(from) : PartialVector<TSimd, TVector, TElement>.Load(from, count));
            int i = 0;
            for (; i + Vector128<float>.Count <= count; i += Vector128<float>.Count)
                TTarget.Store(to + (i * TTarget.Size), Vector128.Load(widened + i) / divisors);
            for (; i < count; i++)
                TTarget.Store(to + (i * TTarget.Size), widened[i] / divisor);
        }
    }
}
