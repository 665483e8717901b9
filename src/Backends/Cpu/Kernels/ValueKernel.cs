using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>
/// Adds the values of a block of keys, weighted, to a tile of output rows: two vectors of columns with up to eight rows at a
/// time. Each element of the output is a chain of its own over the keys in their order.
/// </summary>
/// <typeparam name="TSimd">The vector width.</typeparam>
/// <typeparam name="TVector">Its vector.</typeparam>
/// <typeparam name="TRows">Where the values are: widened, or in a cache.</typeparam>
internal static unsafe partial class ValueKernel<TSimd, TVector, TRows>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TRows : struct, IValueRows<TVector, TRows>
{
    /// <summary>output = corrections * output + weights * values, over the keys that some row of each group of rows sees.</summary>
    /// <param name="weights">[rows, weightStride], zero for keys that a row does not see.</param>
    /// <param name="weightStride">The length of a row of weights.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="values">The values, finite.</param>
    /// <param name="starts">For each row the number of keys of the block before its first visible one.</param>
    /// <param name="ends">For each row the number of keys of the block up to its last visible one.</param>
    /// <param name="corrections">What each row's output so far is multiplied by.</param>
    /// <param name="output">[rows, outputStride].</param>
    /// <param name="outputStride">The length of a row of output.</param>
    /// <param name="columns">The number of columns, a multiple of two vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Accumulate(
        float* weights, nint weightStride, int rows, TRows values, int* starts, int* ends, float* corrections,
        float* output, nint outputStride, int columns)
    {
        for (int column = 0; column < columns; column += 2 * TSimd.Count)
        {
            TRows from = values.From(column);
            int row = 0;
            while (row < rows)
            {
                int group = RowsAtATime(rows - row), taken = Math.Min(group, rows - row);
                int first = int.MaxValue, end = 0;
                for (int i = row; i < row + taken; i++)
                {
                    first = ends[i] > starts[i] ? Math.Min(first, starts[i]) : first;
                    end = Math.Max(end, ends[i]);
                }

                first = Math.Min(first, end);
                float* weight = weights + (row * weightStride), target = output + (row * outputStride) + column;
                switch (group)
                {
                    case 8:
                        EightRows(weight, weightStride, taken - 1, from, first, end, corrections + row, target, outputStride);
                        break;
                    case 6:
                        SixRows(weight, weightStride, taken - 1, from, first, end, corrections + row, target, outputStride);
                        break;
                    case 4:
                        FourRows(weight, weightStride, taken - 1, from, first, end, corrections + row, target, outputStride);
                        break;
                    case 2:
                        TwoRows(weight, weightStride, from, first, end, corrections + row, target, outputStride);
                        break;
                    default:
                        OneRow(weight, from, first, end, corrections + row, target);
                        break;
                }

                row += taken;
            }
        }
    }

    /// <summary>
    /// How many rows share values that are loaded once, as far as the registers allow. Few sums would wait for themselves, so
    /// where a row is missing the last one is computed twice.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RowsAtATime(int remaining) => remaining switch
    {
        1 or 2 => remaining,
        3 or 4 => 4,
        5 or 6 => 6,
        _ when TSimd.RegisterCount >= 32 => 8,

        // Two groups of four: one of six and one of two would wait for each other's sums.
        7 or 8 => 4,
        _ => 6,
    };
}
