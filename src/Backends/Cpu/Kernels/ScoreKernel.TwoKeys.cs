using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <content>Dot products of up to eight rows with two keys. Where there is a row too few, the last one is taken twice.</content>
internal static unsafe partial class ScoreKernel<TSimd, TVector, TElement>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRowsOfTwoKeys(float* query, nint queryStride, nint last, byte** keys, int size, float* scores, nint scoreStride)
    {
        byte* key0 = keys[0], key1 = keys[1];
        float* query0 = query, query1 = query + queryStride, query2 = query1 + queryStride, query3 = query2 + queryStride;
        float* query4 = query3 + queryStride, query5 = query4 + queryStride, query6 = query5 + queryStride, query7 = query + (last * queryStride);
        TVector sum00 = TSimd.Zero, sum01 = TSimd.Zero, sum10 = TSimd.Zero, sum11 = TSimd.Zero;
        TVector sum20 = TSimd.Zero, sum21 = TSimd.Zero, sum30 = TSimd.Zero, sum31 = TSimd.Zero;
        TVector sum40 = TSimd.Zero, sum41 = TSimd.Zero, sum50 = TSimd.Zero, sum51 = TSimd.Zero;
        TVector sum60 = TSimd.Zero, sum61 = TSimd.Zero, sum70 = TSimd.Zero, sum71 = TSimd.Zero;
        for (nint i = 0; i < size; i += TSimd.Count)
        {
            TVector k0 = TElement.Load<TSimd, TVector>(key0 + (i * TElement.Size));
            TVector k1 = TElement.Load<TSimd, TVector>(key1 + (i * TElement.Size));
            TVector q = TSimd.Load(query0 + i);
            sum00 = TSimd.MultiplyAdd(q, k0, sum00);
            sum01 = TSimd.MultiplyAdd(q, k1, sum01);
            q = TSimd.Load(query1 + i);
            sum10 = TSimd.MultiplyAdd(q, k0, sum10);
            sum11 = TSimd.MultiplyAdd(q, k1, sum11);
            q = TSimd.Load(query2 + i);
            sum20 = TSimd.MultiplyAdd(q, k0, sum20);
            sum21 = TSimd.MultiplyAdd(q, k1, sum21);
            q = TSimd.Load(query3 + i);
            sum30 = TSimd.MultiplyAdd(q, k0, sum30);
            sum31 = TSimd.MultiplyAdd(q, k1, sum31);
            q = TSimd.Load(query4 + i);
            sum40 = TSimd.MultiplyAdd(q, k0, sum40);
            sum41 = TSimd.MultiplyAdd(q, k1, sum41);
            q = TSimd.Load(query5 + i);
            sum50 = TSimd.MultiplyAdd(q, k0, sum50);
            sum51 = TSimd.MultiplyAdd(q, k1, sum51);
            q = TSimd.Load(query6 + i);
            sum60 = TSimd.MultiplyAdd(q, k0, sum60);
            sum61 = TSimd.MultiplyAdd(q, k1, sum61);
            q = TSimd.Load(query7 + i);
            sum70 = TSimd.MultiplyAdd(q, k0, sum70);
            sum71 = TSimd.MultiplyAdd(q, k1, sum71);
        }

        StorePairs(TSimd.Sums(sum00, sum01, sum10, sum11), scores, scores + scoreStride);
        StorePairs(TSimd.Sums(sum20, sum21, sum30, sum31), scores + (2 * scoreStride), scores + (3 * scoreStride));
        StorePairs(TSimd.Sums(sum40, sum41, sum50, sum51), scores + (4 * scoreStride), scores + (5 * scoreStride));
        StorePairs(TSimd.Sums(sum60, sum61, sum70, sum71), scores + (6 * scoreStride), scores + (last * scoreStride));
    }


    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRowsOfTwoKeys(float* query, nint queryStride, nint last, byte** keys, int size, float* scores, nint scoreStride)
    {
        byte* key0 = keys[0], key1 = keys[1];
        float* query0 = query, query1 = query + queryStride, query2 = query1 + queryStride, query3 = query2 + queryStride;
        float* query4 = query3 + queryStride, query5 = query + (last * queryStride);
        TVector sum00 = TSimd.Zero, sum01 = TSimd.Zero, sum10 = TSimd.Zero, sum11 = TSimd.Zero;
        TVector sum20 = TSimd.Zero, sum21 = TSimd.Zero, sum30 = TSimd.Zero, sum31 = TSimd.Zero;
        TVector sum40 = TSimd.Zero, sum41 = TSimd.Zero, sum50 = TSimd.Zero, sum51 = TSimd.Zero;
        for (nint i = 0; i < size; i += TSimd.Count)
        {
            TVector k0 = TElement.Load<TSimd, TVector>(key0 + (i * TElement.Size));
            TVector k1 = TElement.Load<TSimd, TVector>(key1 + (i * TElement.Size));
            TVector q = TSimd.Load(query0 + i);
            sum00 = TSimd.MultiplyAdd(q, k0, sum00);
            sum01 = TSimd.MultiplyAdd(q, k1, sum01);
            q = TSimd.Load(query1 + i);
            sum10 = TSimd.MultiplyAdd(q, k0, sum10);
            sum11 = TSimd.MultiplyAdd(q, k1, sum11);
            q = TSimd.Load(query2 + i);
            sum20 = TSimd.MultiplyAdd(q, k0, sum20);
            sum21 = TSimd.MultiplyAdd(q, k1, sum21);
            q = TSimd.Load(query3 + i);
            sum30 = TSimd.MultiplyAdd(q, k0, sum30);
            sum31 = TSimd.MultiplyAdd(q, k1, sum31);
            q = TSimd.Load(query4 + i);
            sum40 = TSimd.MultiplyAdd(q, k0, sum40);
            sum41 = TSimd.MultiplyAdd(q, k1, sum41);
            q = TSimd.Load(query5 + i);
            sum50 = TSimd.MultiplyAdd(q, k0, sum50);
            sum51 = TSimd.MultiplyAdd(q, k1, sum51);
        }

        StorePairs(TSimd.Sums(sum00, sum01, sum10, sum11), scores, scores + scoreStride);
        StorePairs(TSimd.Sums(sum20, sum21, sum30, sum31), scores + (2 * scoreStride), scores + (3 * scoreStride));
        StorePairs(TSimd.Sums(sum40, sum41, sum50, sum51), scores + (4 * scoreStride), scores + (last * scoreStride));
    }


    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRowsOfTwoKeys(float* query, nint queryStride, byte** keys, int size, float* scores, nint scoreStride)
    {
        byte* key0 = keys[0], key1 = keys[1];
        float* query0 = query, query1 = query + queryStride, query2 = query1 + queryStride, query3 = query2 + queryStride;
        TVector sum00 = TSimd.Zero, sum01 = TSimd.Zero, sum10 = TSimd.Zero, sum11 = TSimd.Zero;
        TVector sum20 = TSimd.Zero, sum21 = TSimd.Zero, sum30 = TSimd.Zero, sum31 = TSimd.Zero;
        for (nint i = 0; i < size; i += TSimd.Count)
        {
            TVector k0 = TElement.Load<TSimd, TVector>(key0 + (i * TElement.Size));
            TVector k1 = TElement.Load<TSimd, TVector>(key1 + (i * TElement.Size));
            TVector q = TSimd.Load(query0 + i);
            sum00 = TSimd.MultiplyAdd(q, k0, sum00);
            sum01 = TSimd.MultiplyAdd(q, k1, sum01);
            q = TSimd.Load(query1 + i);
            sum10 = TSimd.MultiplyAdd(q, k0, sum10);
            sum11 = TSimd.MultiplyAdd(q, k1, sum11);
            q = TSimd.Load(query2 + i);
            sum20 = TSimd.MultiplyAdd(q, k0, sum20);
            sum21 = TSimd.MultiplyAdd(q, k1, sum21);
            q = TSimd.Load(query3 + i);
            sum30 = TSimd.MultiplyAdd(q, k0, sum30);
            sum31 = TSimd.MultiplyAdd(q, k1, sum31);
        }

        StorePairs(TSimd.Sums(sum00, sum01, sum10, sum11), scores, scores + scoreStride);
        StorePairs(TSimd.Sums(sum20, sum21, sum30, sum31), scores + (2 * scoreStride), scores + (3 * scoreStride));
    }


    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePairs(Vector128<float> pairs, float* first, float* second)
    {
        *(double*)first = pairs.AsDouble().GetElement(0);
        *(double*)second = pairs.AsDouble().GetElement(1);
    }
}
