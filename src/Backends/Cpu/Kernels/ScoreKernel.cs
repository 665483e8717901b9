using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>Scores of a tile of rows against a block of keys: dot products, of up to eight rows with two keys or four at a time.</summary>
/// <remarks>The inner methods call nothing: across a call .NET keeps no vector in a register.</remarks>
internal static unsafe partial class ScoreKernel<TSimd, TVector, TElement>
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
    /// <param name="ahead">What is needed after the scores, as many rows as keys: asked for meanwhile. Or null.</param>
    /// <param name="aheadBytes">The bytes of such a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compute(
        float* queries, nint queryStride, int rows, byte** keys, int size, float* scores, nint scoreStride, int* ends, byte** ahead, int aheadBytes)
    {
        int keyCount = 0;
        for (int row = 0; row < rows; row++)
            keyCount = Math.Max(keyCount, ends[row]);

        int step = Math.Max(4, ResidentBytes / (size * TElement.Size) & ~3);
        for (int first = 0; first < keyCount; first += step)
        {
            int limit = Math.Min(first + step, keyCount);
            int row = 0;
            while (row < rows)
            {
                int group = RowsAtATime(rows - row), taken = Math.Min(group, rows - row);
                int end = 0;
                for (int i = row; i < row + taken; i++)
                    end = Math.Max(end, ends[i]);

                end = Math.Min(limit, end);
                float* query = queries + (row * queryStride), score = scores + (row * scoreStride);
                for (int key = first; key < end; key += 4)
                {
                    if (row == 0 && ahead != null)
                        Prefetch(ahead + key, aheadBytes);
                    FourKeys(group, query, queryStride, taken - 1, keys + key, size, score + key, scoreStride);
                }

                row += taken;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourKeys(
        int rows, float* query, nint queryStride, nint last, byte** keys, int size, float* scores, nint scoreStride)
    {
        switch (rows)
        {
            case 8:
                EightRowsOfTwoKeys(query, queryStride, last, keys, size, scores, scoreStride);
                EightRowsOfTwoKeys(query, queryStride, last, keys + 2, size, scores + 2, scoreStride);
                break;
            case 6:
                SixRowsOfTwoKeys(query, queryStride, last, keys, size, scores, scoreStride);
                SixRowsOfTwoKeys(query, queryStride, last, keys + 2, size, scores + 2, scoreStride);
                break;
            case 4 when TSimd.RegisterCount >= 32:
                FourRowsOfFourKeys(query, queryStride, keys, size, scores, scoreStride);
                break;
            case 4:
                FourRowsOfTwoKeys(query, queryStride, keys, size, scores, scoreStride);
                FourRowsOfTwoKeys(query, queryStride, keys + 2, size, scores + 2, scoreStride);
                break;
            case 3:
                ThreeRowsOfFourKeys(query, queryStride, keys, size, scores, scoreStride);
                break;
            case 2:
                TwoRowsOfFourKeys(query, queryStride, keys, size, scores, scoreStride);
                break;
            default:
                OneRowOfFourKeys(query, keys, size, scores);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte** rows, int bytes)
    {
        for (int row = 0; row < 4; row++)
        {
            for (int i = 0; i < bytes; i += Prefetching.LineBytes)
                Prefetching.Line(rows[row] + i);
        }
    }

    /// <summary>How many rows share a key that is loaded once, as far as the registers allow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int RowsAtATime(int remaining)
    {
        if (TSimd.RegisterCount >= 32)
            return remaining >= 7 ? 8 : remaining >= 5 ? 6 : remaining;
        return remaining == 4 || (remaining > 5 && remaining % 3 != 0) ? 4 : Math.Min(3, remaining);
    }
}
