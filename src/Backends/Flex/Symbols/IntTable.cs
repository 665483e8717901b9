namespace AttentionGen.Flex;

/// <summary>A table of int32 numbers.</summary>
/// <inheritdoc cref="LookupTable" path="/remarks"/>
public sealed class IntTable : LookupTable
{
    private readonly int[] _entries;

    /// <summary>Makes a list.</summary>
    /// <param name="entries">Its entries, at least one; copied.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IntTable(params ReadOnlySpan<int> entries)
        : base(entries.Length, 1, rank: 1) => _entries = entries.ToArray();

    /// <summary>Makes a matrix.</summary>
    /// <param name="entries">Its entries, [rows, columns], at least one; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="entries"/> is null.</exception>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IntTable(int[,] entries)
        : base(RowsOf(entries), entries.GetLength(1), rank: 2)
    {
        _entries = new int[entries.Length];
        Buffer.BlockCopy(entries, 0, _entries, 0, Buffer.ByteLength(entries));
    }

    internal ReadOnlySpan<int> Entries => _entries;

    /// <summary>An entry of a list.</summary>
    /// <param name="index">Which one; see the remarks on <see cref="LookupTable"/> for indices beyond the ends.</param>
    /// <exception cref="InvalidOperationException">The table is a matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index is a constant outside the table.</exception>
    public SymbolicInt this[SymbolicInt index] => new(SymbolicNode.LookUp(ValueKind.Int, this, Indices(index)));

    /// <summary>An entry of a matrix.</summary>
    /// <param name="row">Its row; see the remarks on <see cref="LookupTable"/> for indices beyond the ends.</param>
    /// <param name="column">Its column, likewise.</param>
    /// <exception cref="InvalidOperationException">The table is a list.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is a constant outside the table.</exception>
    public SymbolicInt this[SymbolicInt row, SymbolicInt column] => new(SymbolicNode.LookUp(ValueKind.Int, this, Indices(row, column)));

    private static int RowsOf(int[,] entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries.GetLength(0);
    }
}
