using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <summary>Scores of a tile of rows against a block of keys: dot products, four keys with up to three rows at a time.</summary>
/// <remarks>The inner methods call nothing: across a call .NET keeps no vector in a register.</remarks>
internal static unsafe class ScoreKernel<TSimd, TVector, TElement>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TElement : struct, IElement
{
    /// <summary>The bytes of keys that stay in the first-level cache while all rows pass.</summary>
    private const int ResidentBytes = 16384;

    /// <summary>Computes the scores that some row of each group of rows sees.</summary>
    /// <param name="queries">[rows, queryStride].</param>
    /// <param name="queryStride">The length of a row of queries.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="keys">The keys' addresses, repeated at the end up to a multiple of four.</param>
    /// <param name="size">D, a multiple of a vector.</param>
    /// <param name="scores">[rows, scoreStride]; written up to a multiple of four.</param>
    /// <param name="scoreStride">The length of a row of scores.</param>
    /// <param name="ends">For each row the number of keys of the block up to its last visible one.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(
        float* queries, nint queryStride, int rows, byte** keys, int size, float* scores, nint scoreStride, int* ends)
    {
        int keyCount = 0;
        for (int row = 0; row < rows; row++)
            keyCount = Math.Max(keyCount, ends[row]);

        int step = Math.Max(4, ResidentBytes / (size * TElement.Size) & ~3);
        for (int first = 0; first < keyCount; first += step)
        {
            int limit = Math.Min(first + step, keyCount);
            int row = 0;
            for (; row + 3 <= rows; row += 3)
            {
                int end = Math.Min(limit, Math.Max(Math.Max(ends[row], ends[row + 1]), ends[row + 2]));
                for (int key = first; key < end; key += 4)
                    ThreeRows(queries + (row * queryStride), queryStride, keys + key, size, scores + (row * scoreStride) + key, scoreStride);
            }

            if (row + 2 == rows)
            {
                int end = Math.Min(limit, Math.Max(ends[row], ends[row + 1]));
                for (int key = first; key < end; key += 4)
                    TwoRows(queries + (row * queryStride), queryStride, keys + key, size, scores + (row * scoreStride) + key, scoreStride);
            }
            else if (row + 1 == rows)
            {
                int end = Math.Min(limit, ends[row]);
                for (int key = first; key < end; key += 4)
                    OneRow(queries + (row * queryStride), keys + key, size, scores + (row * scoreStride) + key);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeRows(float* query, nint queryStride, byte** keys, int size, float* scores, nint scoreStride)
    {
        byte* key0 = keys[0], key1 = keys[1], key2 = keys[2], key3 = keys[3];
        float* query0 = query, query1 = query + queryStride, query2 = query1 + queryStride;
        TVector sum00 = TSimd.Zero, sum01 = TSimd.Zero, sum02 = TSimd.Zero, sum03 = TSimd.Zero;
        TVector sum10 = TSimd.Zero, sum11 = TSimd.Zero, sum12 = TSimd.Zero, sum13 = TSimd.Zero;
        TVector sum20 = TSimd.Zero, sum21 = TSimd.Zero, sum22 = TSimd.Zero, sum23 = TSimd.Zero;
        for (nint i = 0; i < size; i += TSimd.Count)
        {
            TVector q0 = TSimd.Load(query0 + i), q1 = TSimd.Load(query1 + i), q2 = TSimd.Load(query2 + i);
            TVector key = TElement.Load<TSimd, TVector>(key0 + (i * TElement.Size));
            sum00 = TSimd.MultiplyAdd(q0, key, sum00);
            sum10 = TSimd.MultiplyAdd(q1, key, sum10);
            sum20 = TSimd.MultiplyAdd(q2, key, sum20);
            key = TElement.Load<TSimd, TVector>(key1 + (i * TElement.Size));
            sum01 = TSimd.MultiplyAdd(q0, key, sum01);
            sum11 = TSimd.MultiplyAdd(q1, key, sum11);
            sum21 = TSimd.MultiplyAdd(q2, key, sum21);
            key = TElement.Load<TSimd, TVector>(key2 + (i * TElement.Size));
            sum02 = TSimd.MultiplyAdd(q0, key, sum02);
            sum12 = TSimd.MultiplyAdd(q1, key, sum12);
            sum22 = TSimd.MultiplyAdd(q2, key, sum22);
            key = TElement.Load<TSimd, TVector>(key3 + (i * TElement.Size));
            sum03 = TSimd.MultiplyAdd(q0, key, sum03);
            sum13 = TSimd.MultiplyAdd(q1, key, sum13);
            sum23 = TSimd.MultiplyAdd(q2, key, sum23);
        }

        TSimd.Sums(sum00, sum01, sum02, sum03).Store(scores);
        TSimd.Sums(sum10, sum11, sum12, sum13).Store(scores + scoreStride);
        TSimd.Sums(sum20, sum21, sum22, sum23).Store(scores + (2 * scoreStride));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows(float* query, nint queryStride, byte** keys, int size, float* scores, nint scoreStride)
    {
        byte* key0 = keys[0], key1 = keys[1], key2 = keys[2], key3 = keys[3];
        float* query0 = query, query1 = query + queryStride;
        TVector sum00 = TSimd.Zero, sum01 = TSimd.Zero, sum02 = TSimd.Zero, sum03 = TSimd.Zero;
        TVector sum10 = TSimd.Zero, sum11 = TSimd.Zero, sum12 = TSimd.Zero, sum13 = TSimd.Zero;
        for (nint i = 0; i < size; i += TSimd.Count)
        {
            TVector q0 = TSimd.Load(query0 + i), q1 = TSimd.Load(query1 + i);
            TVector key = TElement.Load<TSimd, TVector>(key0 + (i * TElement.Size));
            sum00 = TSimd.MultiplyAdd(q0, key, sum00);
            sum10 = TSimd.MultiplyAdd(q1, key, sum10);
            key = TElement.Load<TSimd, TVector>(key1 + (i * TElement.Size));
            sum01 = TSimd.MultiplyAdd(q0, key, sum01);
            sum11 = TSimd.MultiplyAdd(q1, key, sum11);
            key = TElement.Load<TSimd, TVector>(key2 + (i * TElement.Size));
            sum02 = TSimd.MultiplyAdd(q0, key, sum02);
            sum12 = TSimd.MultiplyAdd(q1, key, sum12);
            key = TElement.Load<TSimd, TVector>(key3 + (i * TElement.Size));
            sum03 = TSimd.MultiplyAdd(q0, key, sum03);
            sum13 = TSimd.MultiplyAdd(q1, key, sum13);
        }

        TSimd.Sums(sum00, sum01, sum02, sum03).Store(scores);
        TSimd.Sums(sum10, sum11, sum12, sum13).Store(scores + scoreStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(float* query, byte** keys, int size, float* scores)
    {
        byte* key0 = keys[0], key1 = keys[1], key2 = keys[2], key3 = keys[3];
        TVector sum0 = TSimd.Zero, sum1 = TSimd.Zero, sum2 = TSimd.Zero, sum3 = TSimd.Zero;
        for (nint i = 0; i < size; i += TSimd.Count)
        {
            TVector q = TSimd.Load(query + i);
            sum0 = TSimd.MultiplyAdd(q, TElement.Load<TSimd, TVector>(key0 + (i * TElement.Size)), sum0);
            sum1 = TSimd.MultiplyAdd(q, TElement.Load<TSimd, TVector>(key1 + (i * TElement.Size)), sum1);
            sum2 = TSimd.MultiplyAdd(q, TElement.Load<TSimd, TVector>(key2 + (i * TElement.Size)), sum2);
            sum3 = TSimd.MultiplyAdd(q, TElement.Load<TSimd, TVector>(key3 + (i * TElement.Size)), sum3);
        }

        TSimd.Sums(sum0, sum1, sum2, sum3).Store(scores);
    }
}
