namespace AttentionGen.Flex;

/// <summary>Numbers that a traced function reads by computed indices: a list, or a matrix row by row.</summary>
/// <remarks>
/// <para>A table copies the numbers that it is made of, and does not change after that.</para>
/// <para>
/// An index that is computed is clamped: one below 0 reads the first entry, one past the end the last, on every device. So an
/// index that <see cref="Symbolic.Where(SymbolicBool, SymbolicFloat, SymbolicFloat)"/> guards is harmless, and a bias by
/// distance needs no clamp of its own. An index that is a member of <see cref="ScorePosition"/> as it stands is
/// checked, for a table that is too short for it is a mistake: against the number of heads when the layer is made, and against
/// the batch's requests and lengths in the forward pass. An index that is a constant is checked at once.
/// </para>
/// </remarks>
public abstract class LookupTable
{
    private protected LookupTable(int rows, int columns, int rank)
    {
        if (rows == 0 || columns == 0)
            throw new ArgumentException($"The table has {rows} rows of {columns} entries. It must have at least one of each.");
        Rows = rows;
        Columns = columns;
        Rank = rank;
    }

    /// <summary>1 for a list, 2 for a matrix.</summary>
    public int Rank { get; }

    /// <summary>The number of rows: the number of entries of a list.</summary>
    public int Rows { get; }

    /// <summary>The number of entries of a row: 1 for a list.</summary>
    public int Columns { get; }

    private protected SymbolicNode[] Indices(SymbolicInt index)
    {
        ThrowUnlessRank(1);
        ThrowIfOutside(index.Node, Rows);
        return [index.Node];
    }

    private protected SymbolicNode[] Indices(SymbolicInt row, SymbolicInt column)
    {
        ThrowUnlessRank(2);
        ThrowIfOutside(row.Node, Rows);
        ThrowIfOutside(column.Node, Columns);
        return [row.Node, column.Node];
    }

    private void ThrowUnlessRank(int indices)
    {
        if (Rank != indices)
            throw new InvalidOperationException($"The table has {Rank} dimension{(Rank == 1 ? "" : "s")} and was given {indices} {(indices == 1 ? "index" : "indices")}. Give one index for each dimension.");
    }

    private static void ThrowIfOutside(SymbolicNode index, int length)
    {
        if (index.Operation == Operation.IntConstant && (uint)index.Bits >= (uint)length)
            throw new ArgumentOutOfRangeException(nameof(index), index.Bits, $"The table has entries 0 to {length - 1} in this dimension.");
    }
}
