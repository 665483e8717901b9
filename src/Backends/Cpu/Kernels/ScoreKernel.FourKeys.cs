using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <content>Dot products of up to four rows with four keys.</content>
internal static unsafe partial class ScoreKernel<TSimd, TVector, TElement>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRowsOfFourKeys(float* query, nint queryStride, byte** keys, int size, float* scores, nint scoreStride)
    {
        byte* key0 = keys[0], key1 = keys[1], key2 = keys[2], key3 = keys[3];
        float* query0 = query, query1 = query + queryStride, query2 = query1 + queryStride, query3 = query2 + queryStride;
        TVector sum00 = TSimd.Zero, sum01 = TSimd.Zero, sum02 = TSimd.Zero, sum03 = TSimd.Zero;
        TVector sum10 = TSimd.Zero, sum11 = TSimd.Zero, sum12 = TSimd.Zero, sum13 = TSimd.Zero;
        TVector sum20 = TSimd.Zero, sum21 = TSimd.Zero, sum22 = TSimd.Zero, sum23 = TSimd.Zero;
        TVector sum30 = TSimd.Zero, sum31 = TSimd.Zero, sum32 = TSimd.Zero, sum33 = TSimd.Zero;
        for (nint i = 0; i < size; i += TSimd.Count)
        {
            TVector q0 = TSimd.Load(query0 + i), q1 = TSimd.Load(query1 + i), q2 = TSimd.Load(query2 + i), q3 = TSimd.Load(query3 + i);
            TVector key = TElement.Load<TSimd, TVector>(key0 + (i * TElement.Size));
            sum00 = TSimd.MultiplyAdd(q0, key, sum00);
            sum10 = TSimd.MultiplyAdd(q1, key, sum10);
            sum20 = TSimd.MultiplyAdd(q2, key, sum20);
            sum30 = TSimd.MultiplyAdd(q3, key, sum30);
            key = TElement.Load<TSimd, TVector>(key1 + (i * TElement.Size));
            sum01 = TSimd.MultiplyAdd(q0, key, sum01);
            sum11 = TSimd.MultiplyAdd(q1, key, sum11);
            sum21 = TSimd.MultiplyAdd(q2, key, sum21);
            sum31 = TSimd.MultiplyAdd(q3, key, sum31);
            key = TElement.Load<TSimd, TVector>(key2 + (i * TElement.Size));
            sum02 = TSimd.MultiplyAdd(q0, key, sum02);
            sum12 = TSimd.MultiplyAdd(q1, key, sum12);
            sum22 = TSimd.MultiplyAdd(q2, key, sum22);
            sum32 = TSimd.MultiplyAdd(q3, key, sum32);
            key = TElement.Load<TSimd, TVector>(key3 + (i * TElement.Size));
            sum03 = TSimd.MultiplyAdd(q0, key, sum03);
            sum13 = TSimd.MultiplyAdd(q1, key, sum13);
            sum23 = TSimd.MultiplyAdd(q2, key, sum23);
            sum33 = TSimd.MultiplyAdd(q3, key, sum33);
        }

        TSimd.Sums(sum00, sum01, sum02, sum03).Store(scores);
        TSimd.Sums(sum10, sum11, sum12, sum13).Store(scores + scoreStride);
        TSimd.Sums(sum20, sum21, sum22, sum23).Store(scores + (2 * scoreStride));
        TSimd.Sums(sum30, sum31, sum32, sum33).Store(scores + (3 * scoreStride));
    }


    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ThreeRowsOfFourKeys(float* query, nint queryStride, byte** keys, int size, float* scores, nint scoreStride)
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
    private static void TwoRowsOfFourKeys(float* query, nint queryStride, byte** keys, int size, float* scores, nint scoreStride)
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
    private static void OneRowOfFourKeys(float* query, byte** keys, int size, float* scores)
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
