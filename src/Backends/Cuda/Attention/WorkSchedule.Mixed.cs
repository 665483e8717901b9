namespace AttentionGen.Cuda.Attention;

// Decodes and prompts, which blocks take in turn.
internal sealed partial class WorkSchedule
{
    /// <summary>The fewest keys of a part of a decode, where blocks take turns.</summary>
    private const int ShortestPart = 256;

    private readonly List<WorkItem> _mixed = [];

    private static bool MayMix(ScheduleKey key) =>
        !key.IsInvariant && (key.Rows == ScheduledRows.All || (key.Rows == ScheduledRows.Few && key.RunsBeside));

    private bool IsMixed(BatchKinds kinds) => MayMix(Key) && kinds.HasMany && kinds.KeysOfFew > 0 && _sharedKeys == 0;

    // A decode waits for memory and a prompt multiplies, so that one takes longer beside the other than alone, and how much longer
    // depends on which multiprocessor has what. Decodes are cut into a block's share of what is left of them, so that parts become
    // shorter towards the end (guided self-scheduling, https://doi.org/10.1109/TC.1987.5009495).
    private void MixInTurn(int keyValueHeads)
    {
        BlocksInTurn = Key.Grid;
        long keysOfFew = 0, costOfMany = 0;
        foreach (Tile tile in _tiles)
        {
            if (tile.RowCount <= PagedKernels.DecodeRows)
                keysOfFew += (long)(tile.KeyEnd - tile.KeyBegin + ItemOverhead) * keyValueHeads;
            else
                costOfMany += tile.Cost * keyValueHeads;
        }

        // Those of few rows first, and within each kind the longest.
        _tiles.Sort(s_fewFirst);
        long left = keysOfFew;
        long most = Math.Max(FewestKeysOfPart, costOfMany * 5 / 4 / Key.Grid / Tile.Weight(Key.PrefillRows));
        int few = 0;
        foreach (Tile tile in _tiles)
        {
            bool isFew = tile.RowCount <= PagedKernels.DecodeRows;
            for (int head = 0; head < keyValueHeads; head++)
            {
                AddParts(tile, head, (int)Math.Min(int.MaxValue, isFew ? Math.Max(ShortestPart, left / Key.Grid) : most));
                left -= isFew ? tile.KeyEnd - tile.KeyBegin + ItemOverhead : 0;
            }

            if (isFew)
                few = _items.Count;
        }

        Interleave(few);
    }

    private static readonly IComparer<Tile> s_fewFirst = Comparer<Tile>.Create(static (left, right) =>
    {
        int kinds = (left.RowCount > PagedKernels.DecodeRows).CompareTo(right.RowCount > PagedKernels.DecodeRows);
        return kinds != 0 ? kinds : right.Cost.CompareTo(left.Cost);
    });

    // At any time as much of the one kind as of the other is done, so that blocks with either share a multiprocessor.
    private void Interleave(int few)
    {
        if (few == 0 || few == _items.Count)
            return;
        double costOfFew = 0, costOfMany = 0;
        for (int i = 0; i < _items.Count; i++)
        {
            if (i < few)
                costOfFew += CostOf(_items[i]);
            else
                costOfMany += CostOf(_items[i]);
        }

        _mixed.Clear();
        double doneOfFew = 0, doneOfMany = 0;
        for (int one = 0, other = few; _mixed.Count < _items.Count;)
        {
            bool takesFew = other == _items.Count || (one < few && doneOfFew / costOfFew <= doneOfMany / costOfMany);
            WorkItem item = _items[takesFew ? one++ : other++];
            if (takesFew)
                doneOfFew += CostOf(item);
            else
                doneOfMany += CostOf(item);
            _mixed.Add(item);
        }

        _items.Clear();
        _items.AddRange(_mixed);
    }
}
