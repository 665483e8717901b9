using System.Numerics;
using System.Runtime.InteropServices;

namespace AttentionGen.Flex;

/// <summary>The vector operations that System.Numerics.Tensors lacks. Truth values are int32s, 0 and -1.</summary>
internal static class VectorLoops
{
    /// <summary>Counts up from a number.</summary>
    public static void Count(int first, Span<int> result)
    {
        int i = 0;
        Span<Vector<int>> vectors = MemoryMarshal.Cast<int, Vector<int>>(result);
        Vector<int> value = Vector.CreateSequence(first, 1), step = new(Vector<int>.Count);
        foreach (ref Vector<int> vector in vectors)
        {
            vector = value;
            value += step;
            i += Vector<int>.Count;
        }

        for (; i < result.Length; i++)
            result[i] = first + i;
    }

    /// <summary>Compares numbers of one kind.</summary>
    public static void Compare<T, TComparison>(VectorOperand<T> left, VectorOperand<T> right, Span<int> result)
        where T : unmanaged, INumber<T>
        where TComparison : IComparison
    {
        int i = 0;
        for (; i <= result.Length - Vector<T>.Count; i += Vector<T>.Count)
            TComparison.Compare(left.Vector(i), right.Vector(i)).As<T, int>().CopyTo(result[i..]);
        for (; i < result.Length; i++)
            result[i] = TComparison.Compare(left[i], right[i]) ? -1 : 0;
    }

    /// <summary>Chooses between values of 32 bits.</summary>
    public static void Select(VectorOperand<int> condition, VectorOperand<int> whenTrue, VectorOperand<int> whenFalse, Span<int> result)
    {
        int i = 0;
        for (; i <= result.Length - Vector<int>.Count; i += Vector<int>.Count)
            Vector.ConditionalSelect(condition.Vector(i), whenTrue.Vector(i), whenFalse.Vector(i)).CopyTo(result[i..]);
        for (; i < result.Length; i++)
            result[i] = condition[i] != 0 ? whenTrue[i] : whenFalse[i];
    }

    /// <summary>Divides, with the meaning of <see cref="ScalarOperations.Divide"/>.</summary>
    public static void Divide(VectorOperand<int> dividend, VectorOperand<int> divisor, Span<int> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = ScalarOperations.Divide(dividend[i], divisor[i]);
    }

    /// <summary>Takes remainders, with the meaning of <see cref="ScalarOperations.Remainder"/>.</summary>
    public static void Remainder(VectorOperand<int> dividend, VectorOperand<int> divisor, Span<int> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = ScalarOperations.Remainder(dividend[i], divisor[i]);
    }

    /// <summary>Reads a table's entries.</summary>
    public static void LookUp(LookupTable table, VectorOperand<int> rows, VectorOperand<int> columns, Span<int> result)
    {
        ReadOnlySpan<int> entries = table is IntTable ints ? ints.Entries : MemoryMarshal.Cast<float, int>(((FloatTable)table).Entries);
        for (int i = 0; i < result.Length; i++)
            result[i] = entries[ScalarOperations.Place(table, rows[i], columns[i])];
    }
}
