using System.Numerics.Tensors;

namespace AttentionGen.Flex;

/// <summary>What a table gives for ranges of indices.</summary>
internal static class TableRanges
{
    /// <summary>A stretch longer than this is not read: its range is that of all values.</summary>
    private const long LongestStretch = 4096;

    /// <summary>What a table gives for ranges of indices.</summary>
    public static ValueRange Compute(LookupTable table, ValueRange row, ValueRange column)
    {
        int firstRow = Clamp(row.Low, table.Rows), lastRow = Clamp(row.High, table.Rows);
        bool isList = table.Rank == 1;
        int firstColumn = isList ? 0 : Clamp(column.Low, table.Columns), lastColumn = isList ? 0 : Clamp(column.High, table.Columns);
        if ((lastRow - firstRow + 1L) * (lastColumn - firstColumn + 1L) > LongestStretch)
            return table is FloatTable ? ValueRange.AnyFloat : ValueRange.AnyInt;

        ValueRange? result = null;
        for (int r = firstRow; r <= lastRow; r++)
        {
            int start = (r * table.Columns) + firstColumn, length = lastColumn - firstColumn + 1;
            ValueRange inRow = isList ? Stretch(table, firstRow, lastRow - firstRow + 1) : Stretch(table, start, length);
            result = result?.Union(inRow) ?? inRow;
            if (isList)
                break;
        }

        return result!.Value;
    }

    private static ValueRange Stretch(LookupTable table, int start, int length)
    {
        if (table is IntTable ints)
        {
            ReadOnlySpan<int> entries = ints.Entries.Slice(start, length);
            return new(TensorPrimitives.Min(entries), TensorPrimitives.Max(entries));
        }

        ReadOnlySpan<float> floats = ((FloatTable)table).Entries.Slice(start, length);
        float low = TensorPrimitives.Min(floats), high = TensorPrimitives.Max(floats);
        return float.IsNaN(low) ? ValueRange.AnyFloat : new(low, high);
    }

    private static int Clamp(double index, int length) => (int)Math.Clamp(index, 0, length - 1);
}
