using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <content>The inner loops. They call nothing: across a call .NET keeps no vector in a register.</content>
internal static unsafe partial class ValueKernel<TSimd, TVector, TRows>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(
        float* weights, nint weightStride, nint last, TRows values, nint first, nint end, float* corrections, float* output, nint outputStride)
    {
        float* output1 = output + outputStride;
        float* output2 = output + (2 * outputStride);
        float* output3 = output + (3 * outputStride);
        float* output4 = output + (4 * outputStride);
        float* output5 = output + (5 * outputStride);
        float* output6 = output + (6 * outputStride);
        float* output7 = output + (last * outputStride);
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector factor1 = TSimd.LoadBroadcast(corrections + 1);
        TVector factor2 = TSimd.LoadBroadcast(corrections + 2);
        TVector factor3 = TSimd.LoadBroadcast(corrections + 3);
        TVector factor4 = TSimd.LoadBroadcast(corrections + 4);
        TVector factor5 = TSimd.LoadBroadcast(corrections + 5);
        TVector factor6 = TSimd.LoadBroadcast(corrections + 6);
        TVector factor7 = TSimd.LoadBroadcast(corrections + last);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output), factor0), sum01 = TSimd.Multiply(TSimd.Load(output + TSimd.Count), factor0);
        TVector sum10 = TSimd.Multiply(TSimd.Load(output1), factor1), sum11 = TSimd.Multiply(TSimd.Load(output1 + TSimd.Count), factor1);
        TVector sum20 = TSimd.Multiply(TSimd.Load(output2), factor2), sum21 = TSimd.Multiply(TSimd.Load(output2 + TSimd.Count), factor2);
        TVector sum30 = TSimd.Multiply(TSimd.Load(output3), factor3), sum31 = TSimd.Multiply(TSimd.Load(output3 + TSimd.Count), factor3);
        TVector sum40 = TSimd.Multiply(TSimd.Load(output4), factor4), sum41 = TSimd.Multiply(TSimd.Load(output4 + TSimd.Count), factor4);
        TVector sum50 = TSimd.Multiply(TSimd.Load(output5), factor5), sum51 = TSimd.Multiply(TSimd.Load(output5 + TSimd.Count), factor5);
        TVector sum60 = TSimd.Multiply(TSimd.Load(output6), factor6), sum61 = TSimd.Multiply(TSimd.Load(output6 + TSimd.Count), factor6);
        TVector sum70 = TSimd.Multiply(TSimd.Load(output7), factor7), sum71 = TSimd.Multiply(TSimd.Load(output7 + TSimd.Count), factor7);
        float* weight1 = weights + weightStride, weight2 = weights + (2 * weightStride), weight3 = weights + (3 * weightStride);
        float* weight4 = weights + (4 * weightStride), weight5 = weights + (5 * weightStride), weight6 = weights + (6 * weightStride), weight7 = weights + (last * weightStride);
        for (nint key = first; key < end; key++)
        {
            values.Prefetch(key);
            TVector value0 = values.Load(key, 0), value1 = values.Load(key, 1);
            TVector factor = TSimd.LoadBroadcast(weights + key);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
            factor = TSimd.LoadBroadcast(weight1 + key);
            sum10 = TSimd.MultiplyAdd(factor, value0, sum10);
            sum11 = TSimd.MultiplyAdd(factor, value1, sum11);
            factor = TSimd.LoadBroadcast(weight2 + key);
            sum20 = TSimd.MultiplyAdd(factor, value0, sum20);
            sum21 = TSimd.MultiplyAdd(factor, value1, sum21);
            factor = TSimd.LoadBroadcast(weight3 + key);
            sum30 = TSimd.MultiplyAdd(factor, value0, sum30);
            sum31 = TSimd.MultiplyAdd(factor, value1, sum31);
            factor = TSimd.LoadBroadcast(weight4 + key);
            sum40 = TSimd.MultiplyAdd(factor, value0, sum40);
            sum41 = TSimd.MultiplyAdd(factor, value1, sum41);
            factor = TSimd.LoadBroadcast(weight5 + key);
            sum50 = TSimd.MultiplyAdd(factor, value0, sum50);
            sum51 = TSimd.MultiplyAdd(factor, value1, sum51);
            factor = TSimd.LoadBroadcast(weight6 + key);
            sum60 = TSimd.MultiplyAdd(factor, value0, sum60);
            sum61 = TSimd.MultiplyAdd(factor, value1, sum61);
            factor = TSimd.LoadBroadcast(weight7 + key);
            sum70 = TSimd.MultiplyAdd(factor, value0, sum70);
            sum71 = TSimd.MultiplyAdd(factor, value1, sum71);
        }

        TSimd.Store(output, sum00);
        TSimd.Store(output + TSimd.Count, sum01);
        TSimd.Store(output1, sum10);
        TSimd.Store(output1 + TSimd.Count, sum11);
        TSimd.Store(output2, sum20);
        TSimd.Store(output2 + TSimd.Count, sum21);
        TSimd.Store(output3, sum30);
        TSimd.Store(output3 + TSimd.Count, sum31);
        TSimd.Store(output4, sum40);
        TSimd.Store(output4 + TSimd.Count, sum41);
        TSimd.Store(output5, sum50);
        TSimd.Store(output5 + TSimd.Count, sum51);
        TSimd.Store(output6, sum60);
        TSimd.Store(output6 + TSimd.Count, sum61);
        TSimd.Store(output7, sum70);
        TSimd.Store(output7 + TSimd.Count, sum71);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRows(
        float* weights, nint weightStride, nint last, TRows values, nint first, nint end, float* corrections, float* output, nint outputStride)
    {
        float* output1 = output + outputStride;
        float* output2 = output + (2 * outputStride);
        float* output3 = output + (3 * outputStride);
        float* output4 = output + (4 * outputStride);
        float* output5 = output + (last * outputStride);
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector factor1 = TSimd.LoadBroadcast(corrections + 1);
        TVector factor2 = TSimd.LoadBroadcast(corrections + 2);
        TVector factor3 = TSimd.LoadBroadcast(corrections + 3);
        TVector factor4 = TSimd.LoadBroadcast(corrections + 4);
        TVector factor5 = TSimd.LoadBroadcast(corrections + last);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output), factor0), sum01 = TSimd.Multiply(TSimd.Load(output + TSimd.Count), factor0);
        TVector sum10 = TSimd.Multiply(TSimd.Load(output1), factor1), sum11 = TSimd.Multiply(TSimd.Load(output1 + TSimd.Count), factor1);
        TVector sum20 = TSimd.Multiply(TSimd.Load(output2), factor2), sum21 = TSimd.Multiply(TSimd.Load(output2 + TSimd.Count), factor2);
        TVector sum30 = TSimd.Multiply(TSimd.Load(output3), factor3), sum31 = TSimd.Multiply(TSimd.Load(output3 + TSimd.Count), factor3);
        TVector sum40 = TSimd.Multiply(TSimd.Load(output4), factor4), sum41 = TSimd.Multiply(TSimd.Load(output4 + TSimd.Count), factor4);
        TVector sum50 = TSimd.Multiply(TSimd.Load(output5), factor5), sum51 = TSimd.Multiply(TSimd.Load(output5 + TSimd.Count), factor5);
        float* weight1 = weights + weightStride, weight2 = weights + (2 * weightStride), weight3 = weights + (3 * weightStride);
        float* weight4 = weights + (4 * weightStride), weight5 = weights + (last * weightStride);
        for (nint key = first; key < end; key++)
        {
            values.Prefetch(key);
            TVector value0 = values.Load(key, 0), value1 = values.Load(key, 1);
            TVector factor = TSimd.LoadBroadcast(weights + key);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
            factor = TSimd.LoadBroadcast(weight1 + key);
            sum10 = TSimd.MultiplyAdd(factor, value0, sum10);
            sum11 = TSimd.MultiplyAdd(factor, value1, sum11);
            factor = TSimd.LoadBroadcast(weight2 + key);
            sum20 = TSimd.MultiplyAdd(factor, value0, sum20);
            sum21 = TSimd.MultiplyAdd(factor, value1, sum21);
            factor = TSimd.LoadBroadcast(weight3 + key);
            sum30 = TSimd.MultiplyAdd(factor, value0, sum30);
            sum31 = TSimd.MultiplyAdd(factor, value1, sum31);
            factor = TSimd.LoadBroadcast(weight4 + key);
            sum40 = TSimd.MultiplyAdd(factor, value0, sum40);
            sum41 = TSimd.MultiplyAdd(factor, value1, sum41);
            factor = TSimd.LoadBroadcast(weight5 + key);
            sum50 = TSimd.MultiplyAdd(factor, value0, sum50);
            sum51 = TSimd.MultiplyAdd(factor, value1, sum51);
        }

        TSimd.Store(output, sum00);
        TSimd.Store(output + TSimd.Count, sum01);
        TSimd.Store(output1, sum10);
        TSimd.Store(output1 + TSimd.Count, sum11);
        TSimd.Store(output2, sum20);
        TSimd.Store(output2 + TSimd.Count, sum21);
        TSimd.Store(output3, sum30);
        TSimd.Store(output3 + TSimd.Count, sum31);
        TSimd.Store(output4, sum40);
        TSimd.Store(output4 + TSimd.Count, sum41);
        TSimd.Store(output5, sum50);
        TSimd.Store(output5 + TSimd.Count, sum51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(
        float* weights, nint weightStride, nint last, TRows values, nint first, nint end, float* corrections, float* output, nint outputStride)
    {
        float* output1 = output + outputStride;
        float* output2 = output + (2 * outputStride);
        float* output3 = output + (last * outputStride);
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector factor1 = TSimd.LoadBroadcast(corrections + 1);
        TVector factor2 = TSimd.LoadBroadcast(corrections + 2);
        TVector factor3 = TSimd.LoadBroadcast(corrections + last);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output), factor0), sum01 = TSimd.Multiply(TSimd.Load(output + TSimd.Count), factor0);
        TVector sum10 = TSimd.Multiply(TSimd.Load(output1), factor1), sum11 = TSimd.Multiply(TSimd.Load(output1 + TSimd.Count), factor1);
        TVector sum20 = TSimd.Multiply(TSimd.Load(output2), factor2), sum21 = TSimd.Multiply(TSimd.Load(output2 + TSimd.Count), factor2);
        TVector sum30 = TSimd.Multiply(TSimd.Load(output3), factor3), sum31 = TSimd.Multiply(TSimd.Load(output3 + TSimd.Count), factor3);
        float* weight1 = weights + weightStride, weight2 = weights + (2 * weightStride), weight3 = weights + (last * weightStride);
        for (nint key = first; key < end; key++)
        {
            values.Prefetch(key);
            TVector value0 = values.Load(key, 0), value1 = values.Load(key, 1);
            TVector factor = TSimd.LoadBroadcast(weights + key);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
            factor = TSimd.LoadBroadcast(weight1 + key);
            sum10 = TSimd.MultiplyAdd(factor, value0, sum10);
            sum11 = TSimd.MultiplyAdd(factor, value1, sum11);
            factor = TSimd.LoadBroadcast(weight2 + key);
            sum20 = TSimd.MultiplyAdd(factor, value0, sum20);
            sum21 = TSimd.MultiplyAdd(factor, value1, sum21);
            factor = TSimd.LoadBroadcast(weight3 + key);
            sum30 = TSimd.MultiplyAdd(factor, value0, sum30);
            sum31 = TSimd.MultiplyAdd(factor, value1, sum31);
        }

        TSimd.Store(output, sum00);
        TSimd.Store(output + TSimd.Count, sum01);
        TSimd.Store(output1, sum10);
        TSimd.Store(output1 + TSimd.Count, sum11);
        TSimd.Store(output2, sum20);
        TSimd.Store(output2 + TSimd.Count, sum21);
        TSimd.Store(output3, sum30);
        TSimd.Store(output3 + TSimd.Count, sum31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows(
        float* weights, nint weightStride, TRows values, nint first, nint end, float* corrections, float* output, nint outputStride)
    {
        float* output1 = output + outputStride;
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector factor1 = TSimd.LoadBroadcast(corrections + 1);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output), factor0), sum01 = TSimd.Multiply(TSimd.Load(output + TSimd.Count), factor0);
        TVector sum10 = TSimd.Multiply(TSimd.Load(output1), factor1), sum11 = TSimd.Multiply(TSimd.Load(output1 + TSimd.Count), factor1);
        float* weight1 = weights + weightStride;
        for (nint key = first; key < end; key++)
        {
            values.Prefetch(key);
            TVector value0 = values.Load(key, 0), value1 = values.Load(key, 1);
            TVector factor = TSimd.LoadBroadcast(weights + key);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
            factor = TSimd.LoadBroadcast(weight1 + key);
            sum10 = TSimd.MultiplyAdd(factor, value0, sum10);
            sum11 = TSimd.MultiplyAdd(factor, value1, sum11);
        }

        TSimd.Store(output, sum00);
        TSimd.Store(output + TSimd.Count, sum01);
        TSimd.Store(output1, sum10);
        TSimd.Store(output1 + TSimd.Count, sum11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(
        float* weights, TRows values, nint first, nint end, float* corrections, float* output)
    {
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output), factor0), sum01 = TSimd.Multiply(TSimd.Load(output + TSimd.Count), factor0);
        for (nint key = first; key < end; key++)
        {
            values.Prefetch(key);
            TVector value0 = values.Load(key, 0), value1 = values.Load(key, 1);
            TVector factor = TSimd.LoadBroadcast(weights + key);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
        }

        TSimd.Store(output, sum00);
        TSimd.Store(output + TSimd.Count, sum01);
    }
}
