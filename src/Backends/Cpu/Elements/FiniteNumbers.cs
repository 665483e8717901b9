using System.Numerics;
using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>Tells whether numbers are finite by their bits, many at a time and without widening them.</summary>
internal static unsafe class FiniteNumbers
{
    /// <summary>Whether all numbers of rows are finite.</summary>
    /// <param name="rows">The rows' addresses.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="size">The length of a row.</param>
    /// <param name="signless">A number's bits but the sign.</param>
    /// <param name="firstNotFinite">The least of such bits that are no finite number.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool Only<TBits>(byte** rows, int count, int size, TBits signless, TBits firstNotFinite)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        Vector<TBits> mask = new(signless), largest0 = Vector<TBits>.Zero, largest1 = Vector<TBits>.Zero;
        TBits largest = TBits.Zero;
        for (int row = 0; row < count; row++)
        {
            TBits* source = (TBits*)rows[row];
            int i = 0;
            for (; i + (2 * Vector<TBits>.Count) <= size; i += 2 * Vector<TBits>.Count)
            {
                largest0 = Vector.Max(largest0, Vector.Load(source + i) & mask);
                largest1 = Vector.Max(largest1, Vector.Load(source + i + Vector<TBits>.Count) & mask);
            }

            for (; i < size; i++)
                largest = TBits.Max(largest, source[i] & signless);
        }

        return largest < firstNotFinite && Vector.LessThanAll(Vector.Max(largest0, largest1), new Vector<TBits>(firstNotFinite));
    }
}
