using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>
/// Adds the values of a block of keys, weighted, to a tile of output rows: two vectors of columns with up to six rows at a
/// time. Each element of the output is a chain of its own over the keys in their order.
/// </summary>
internal static unsafe class ValueKernel<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>output = corrections * output + weights * values, over the keys that some row of each group of rows sees.</summary>
    /// <param name="weights">[rows, weightStride], zero for keys that a row does not see.</param>
    /// <param name="weightStride">The length of a row of weights.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="values">[keys, valueStride], finite.</param>
    /// <param name="valueStride">The length of a row of values.</param>
    /// <param name="starts">For each row the number of keys of the block before its first visible one.</param>
    /// <param name="ends">For each row the number of keys of the block up to its last visible one.</param>
    /// <param name="corrections">What each row's output so far is multiplied by.</param>
    /// <param name="output">[rows, outputStride].</param>
    /// <param name="outputStride">The length of a row of output.</param>
    /// <param name="columns">The number of columns, a multiple of two vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(
        float* weights, nint weightStride, int rows, float* values, nint valueStride, int* starts, int* ends, float* corrections,
        float* output, nint outputStride, int columns)
    {
        for (int column = 0; column < columns; column += 2 * TSimd.Count)
        {
            int row = 0;
            while (row < rows)
            {
                // Eight rows are two groups of four: two groups of six and two would wait for each other's sums.
                int remaining = rows - row;
                int group = remaining >= 6 && remaining != 8 ? 6 : remaining >= 4 ? 4 : remaining >= 2 ? 2 : 1;
                int first = int.MaxValue, end = 0;
                for (int i = row; i < row + group; i++)
                {
                    first = ends[i] > starts[i] ? Math.Min(first, starts[i]) : first;
                    end = Math.Max(end, ends[i]);
                }

                first = Math.Min(first, end);
                float* weight = weights + (row * weightStride), target = output + (row * outputStride) + column;
                switch (group)
                {
                    case 6:
                        SixRows(weight, weightStride, values + column, valueStride, first, end, corrections + row, target, outputStride);
                        break;
                    case 4:
                        FourRows(weight, weightStride, values + column, valueStride, first, end, corrections + row, target, outputStride);
                        break;
                    case 2:
                        TwoRows(weight, weightStride, values + column, valueStride, first, end, corrections + row, target, outputStride);
                        break;
                    default:
                        OneRow(weight, values + column, valueStride, first, end, corrections + row, target);
                        break;
                }

                row += group;
            }
        }
    }

    /// <summary>The same where values may be infinite or NaN: a key of no weight adds nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AccumulateAny(
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixRows(
        float* weights, nint weightStride, float* values, nint valueStride, int first, int end, float* corrections, float* output, nint outputStride)
    {
        float* output0 = output;
        float* output1 = output + (1 * outputStride);
        float* output2 = output + (2 * outputStride);
        float* output3 = output + (3 * outputStride);
        float* output4 = output + (4 * outputStride);
        float* output5 = output + (5 * outputStride);
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector factor1 = TSimd.LoadBroadcast(corrections + 1);
        TVector factor2 = TSimd.LoadBroadcast(corrections + 2);
        TVector factor3 = TSimd.LoadBroadcast(corrections + 3);
        TVector factor4 = TSimd.LoadBroadcast(corrections + 4);
        TVector factor5 = TSimd.LoadBroadcast(corrections + 5);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output0), factor0), sum01 = TSimd.Multiply(TSimd.Load(output0 + TSimd.Count), factor0);
        TVector sum10 = TSimd.Multiply(TSimd.Load(output1), factor1), sum11 = TSimd.Multiply(TSimd.Load(output1 + TSimd.Count), factor1);
        TVector sum20 = TSimd.Multiply(TSimd.Load(output2), factor2), sum21 = TSimd.Multiply(TSimd.Load(output2 + TSimd.Count), factor2);
        TVector sum30 = TSimd.Multiply(TSimd.Load(output3), factor3), sum31 = TSimd.Multiply(TSimd.Load(output3 + TSimd.Count), factor3);
        TVector sum40 = TSimd.Multiply(TSimd.Load(output4), factor4), sum41 = TSimd.Multiply(TSimd.Load(output4 + TSimd.Count), factor4);
        TVector sum50 = TSimd.Multiply(TSimd.Load(output5), factor5), sum51 = TSimd.Multiply(TSimd.Load(output5 + TSimd.Count), factor5);
        float* weight = weights + first, value = values + (first * valueStride);
        for (int key = first; key < end; key++, weight++, value += valueStride)
        {
            TVector value0 = TSimd.Load(value), value1 = TSimd.Load(value + TSimd.Count);
            TVector factor = TSimd.LoadBroadcast(weight);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
            factor = TSimd.LoadBroadcast(weight + weightStride);
            sum10 = TSimd.MultiplyAdd(factor, value0, sum10);
            sum11 = TSimd.MultiplyAdd(factor, value1, sum11);
            factor = TSimd.LoadBroadcast(weight + (2 * weightStride));
            sum20 = TSimd.MultiplyAdd(factor, value0, sum20);
            sum21 = TSimd.MultiplyAdd(factor, value1, sum21);
            factor = TSimd.LoadBroadcast(weight + (3 * weightStride));
            sum30 = TSimd.MultiplyAdd(factor, value0, sum30);
            sum31 = TSimd.MultiplyAdd(factor, value1, sum31);
            factor = TSimd.LoadBroadcast(weight + (4 * weightStride));
            sum40 = TSimd.MultiplyAdd(factor, value0, sum40);
            sum41 = TSimd.MultiplyAdd(factor, value1, sum41);
            factor = TSimd.LoadBroadcast(weight + (5 * weightStride));
            sum50 = TSimd.MultiplyAdd(factor, value0, sum50);
            sum51 = TSimd.MultiplyAdd(factor, value1, sum51);
        }

        TSimd.Store(output0, sum00);
        TSimd.Store(output0 + TSimd.Count, sum01);
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
        float* weights, nint weightStride, float* values, nint valueStride, int first, int end, float* corrections, float* output, nint outputStride)
    {
        float* output0 = output;
        float* output1 = output + (1 * outputStride);
        float* output2 = output + (2 * outputStride);
        float* output3 = output + (3 * outputStride);
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector factor1 = TSimd.LoadBroadcast(corrections + 1);
        TVector factor2 = TSimd.LoadBroadcast(corrections + 2);
        TVector factor3 = TSimd.LoadBroadcast(corrections + 3);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output0), factor0), sum01 = TSimd.Multiply(TSimd.Load(output0 + TSimd.Count), factor0);
        TVector sum10 = TSimd.Multiply(TSimd.Load(output1), factor1), sum11 = TSimd.Multiply(TSimd.Load(output1 + TSimd.Count), factor1);
        TVector sum20 = TSimd.Multiply(TSimd.Load(output2), factor2), sum21 = TSimd.Multiply(TSimd.Load(output2 + TSimd.Count), factor2);
        TVector sum30 = TSimd.Multiply(TSimd.Load(output3), factor3), sum31 = TSimd.Multiply(TSimd.Load(output3 + TSimd.Count), factor3);
        float* weight = weights + first, value = values + (first * valueStride);
        for (int key = first; key < end; key++, weight++, value += valueStride)
        {
            TVector value0 = TSimd.Load(value), value1 = TSimd.Load(value + TSimd.Count);
            TVector factor = TSimd.LoadBroadcast(weight);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
            factor = TSimd.LoadBroadcast(weight + weightStride);
            sum10 = TSimd.MultiplyAdd(factor, value0, sum10);
            sum11 = TSimd.MultiplyAdd(factor, value1, sum11);
            factor = TSimd.LoadBroadcast(weight + (2 * weightStride));
            sum20 = TSimd.MultiplyAdd(factor, value0, sum20);
            sum21 = TSimd.MultiplyAdd(factor, value1, sum21);
            factor = TSimd.LoadBroadcast(weight + (3 * weightStride));
            sum30 = TSimd.MultiplyAdd(factor, value0, sum30);
            sum31 = TSimd.MultiplyAdd(factor, value1, sum31);
        }

        TSimd.Store(output0, sum00);
        TSimd.Store(output0 + TSimd.Count, sum01);
        TSimd.Store(output1, sum10);
        TSimd.Store(output1 + TSimd.Count, sum11);
        TSimd.Store(output2, sum20);
        TSimd.Store(output2 + TSimd.Count, sum21);
        TSimd.Store(output3, sum30);
        TSimd.Store(output3 + TSimd.Count, sum31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoRows(
        float* weights, nint weightStride, float* values, nint valueStride, int first, int end, float* corrections, float* output, nint outputStride)
    {
        float* output0 = output;
        float* output1 = output + (1 * outputStride);
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector factor1 = TSimd.LoadBroadcast(corrections + 1);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output0), factor0), sum01 = TSimd.Multiply(TSimd.Load(output0 + TSimd.Count), factor0);
        TVector sum10 = TSimd.Multiply(TSimd.Load(output1), factor1), sum11 = TSimd.Multiply(TSimd.Load(output1 + TSimd.Count), factor1);
        float* weight = weights + first, value = values + (first * valueStride);
        for (int key = first; key < end; key++, weight++, value += valueStride)
        {
            TVector value0 = TSimd.Load(value), value1 = TSimd.Load(value + TSimd.Count);
            TVector factor = TSimd.LoadBroadcast(weight);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
            factor = TSimd.LoadBroadcast(weight + weightStride);
            sum10 = TSimd.MultiplyAdd(factor, value0, sum10);
            sum11 = TSimd.MultiplyAdd(factor, value1, sum11);
        }

        TSimd.Store(output0, sum00);
        TSimd.Store(output0 + TSimd.Count, sum01);
        TSimd.Store(output1, sum10);
        TSimd.Store(output1 + TSimd.Count, sum11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneRow(
        float* weights, float* values, nint valueStride, int first, int end, float* corrections, float* output)
    {
        float* output0 = output;
        TVector factor0 = TSimd.LoadBroadcast(corrections);
        TVector sum00 = TSimd.Multiply(TSimd.Load(output0), factor0), sum01 = TSimd.Multiply(TSimd.Load(output0 + TSimd.Count), factor0);
        float* weight = weights + first, value = values + (first * valueStride);
        for (int key = first; key < end; key++, weight++, value += valueStride)
        {
            TVector value0 = TSimd.Load(value), value1 = TSimd.Load(value + TSimd.Count);
            TVector factor = TSimd.LoadBroadcast(weight);
            sum00 = TSimd.MultiplyAdd(factor, value0, sum00);
            sum01 = TSimd.MultiplyAdd(factor, value1, sum01);
        }

        TSimd.Store(output0, sum00);
        TSimd.Store(output0 + TSimd.Count, sum01);
    }
}
