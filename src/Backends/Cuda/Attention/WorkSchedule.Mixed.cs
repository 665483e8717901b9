namespace AttentionGen.Cuda.Attention;

// Prompts, and decodes beside them, which blocks take in turn.
internal sealed partial class WorkSchedule
{
    /// <summary>The fewest keys of a part, where blocks take turns.</summary>
    private const int ShortestPart = 256;

    /// <summary>How many times a block's share of the keys that are left a part of a decode is. Measured on an H200: 1 is 3 % slower, 4 no faster.</summary>
    private const int SharesOfPart = 2;

    private readonly List<WorkItem> _mixed = [];

    // Whether decodes may be taken in turn.
    private static bool MayMix(ScheduleKey key) =>
        !key.IsInvariant && (key.Rows == ScheduledRows.All || (key.Rows == ScheduledRows.Few && key.RunsBeside));

    private bool TakesTurns(BatchKinds kinds) => !Key.IsInvariant && kinds.HasMany && _sharedKeys == 0
        && (Key.Rows != ScheduledRows.Few || (Key.RunsBeside && kinds.KeysOfFew > 0));

    // What masks and beginnings add to a prompt's tiles is more than the cost says: on an H200, multiprocessors with lists for four prompts of
    // 4096 tokens were busy 71 % of the time. A decode waits for memory and a prompt multiplies, so that one takes longer beside the other
    // than alone, and how much longer depends on which multiprocessor has what. Decodes are cut into shares of what is left of
    // them, so that parts become shorter towards the end (guided self-scheduling, https://doi.org/10.1109/TC.1987.5009495).
    private void MixInTurn(int keyValueHeads)
    {
        BlocksInTurn = Key.Grid;
        int tilesOfFew = 0;
        long keysOfFew = 0, costOfMany = 0;
        foreach (Tile tile in _tiles)
        {
            if (tile.IsOfFewRows)
            {
                keysOfFew += (long)(tile.KeyEnd - tile.KeyBegin + ItemOverhead) * keyValueHeads;
                tilesOfFew++;
            }
            else
            {
                costOfMany += tile.Cost * keyValueHeads;
            }
        }

        _tiles.Sort(s_fewFirst);
        long left = keysOfFew;
        for (int tile = 0; tile < tilesOfFew; tile++)
        {
            for (int head = 0; head < keyValueHeads; head++)
            {
                AddParts(_tiles[tile], head, (int)Math.Min(int.MaxValue, Math.Max(ShortestPart, SharesOfPart * left / Key.Grid)));
                left -= _tiles[tile].KeyEnd - _tiles[tile].KeyBegin + ItemOverhead;
            }
        }

        int few = _items.Count;
        long share = (costOfMany + Key.Grid - 1) / Key.Grid;
        AddByCost(tilesOfFew, keyValueHeads, share);
        Interleave(few);
    }

    // Where a tile is several shares of the cost, a part is no more than one, or there would be fewer parts than blocks.
    private static int MostKeysOfPart(in Tile tile, long share)
    {
        long weight = Tile.Weight(tile.RowCount), keys = Math.Max(ShortestPart, (share + weight - 1) / weight);
        int length = tile.KeyEnd - tile.KeyBegin;
        long shares = length / keys;
        return (int)Math.Min(int.MaxValue, shares >= 4 ? (length + shares - 1) / shares : keys * 5 / 4);
    }

    // The longest of those of few rows first; the others' order comes later, request after request.
    private static readonly IComparer<Tile> s_fewFirst = Comparer<Tile>.Create(static (left, right) =>
    {
        int kinds = right.IsOfFewRows.CompareTo(left.IsOfFewRows);
        return kinds != 0 ? kinds : left.IsOfFewRows ? right.Cost.CompareTo(left.Cost) : left.Request.CompareTo(right.Request);
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
