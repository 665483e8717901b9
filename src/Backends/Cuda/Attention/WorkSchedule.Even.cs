namespace AttentionGen.Cuda.Attention;

// Cuts into stretches of equal cost, one a block.
internal sealed partial class WorkSchedule
{
    /// <summary>The shortest stretch worth a block, in keys.</summary>
    private const int ShortestStretch = 256;

    private const int MostAttempts = 4;

    // What cuts add to the work depends on their number. Where the first guess leaves the last block more than the others, the
    // next one spreads that over all.
    private void CutEvenly(int keyValueHeads)
    {
        long total = 0, keys = 0;
        foreach (Tile tile in _tiles)
        {
            total += tile.Cost * keyValueHeads;
            keys += (long)(tile.KeyEnd - tile.KeyBegin + ItemOverhead) * keyValueHeads;
        }

        long lostAtCut = ItemOverhead * total / Math.Max(keys, 1);
        long least = (ShortestStretch + ItemOverhead) * total / Math.Max(keys, 1);
        long share = Math.Max(((total + Key.Grid - 1) / Key.Grid) + lostAtCut, least);
        for (int attempt = 1; ; attempt++)
        {
            long excess = CutInto(share, keyValueHeads);
            if (excess <= lostAtCut || attempt == MostAttempts)
                return;
            share += (excess / Key.Grid) + 1;
            _items.Clear();
            _merges.Clear();
            _sharedParts.Clear();
            SlotCount = 0;
        }
    }

    // What the last block, which takes all that is left, has more than its share.
    private long CutInto(long share, int keyValueHeads)
    {
        int block = 0;
        long room = share;
        _firstItem[0] = 0;
        foreach (Tile tile in _tiles)
        {
            for (int head = 0; head < keyValueHeads; head++)
            {
                int begin = tile.KeyBegin, firstPart = _items.Count, parts = 0;
                while (true)
                {
                    // The blocks before the last take what fits, but no crumbs.
                    long weight = Tile.Weight(tile.RowCount);
                    long fits = block == Key.Grid - 1 ? int.MaxValue : ((room / weight) - ItemOverhead) / CutMultiple * CutMultiple;
                    int left = tile.KeyEnd - begin;
                    if (fits < left - CutMultiple && fits < CutMultiple)
                    {
                        NextBlock();
                        continue;
                    }

                    int keys = fits >= left - CutMultiple ? left : (int)fits;
                    _items.Add(new WorkItem(tile.Request, tile.FirstRow, tile.RowCount, head, begin, begin + keys, -1, tile.IsShared ? 1 : 0));
                    parts++;
                    begin += keys;
                    room -= (keys + ItemOverhead) * weight;
                    if (begin >= tile.KeyEnd)
                        break;
                    NextBlock();
                }

                if (_sharedKeys > 0)
                    Share(firstPart, parts, tile, head, keyValueHeads);
                else if (parts > 1)
                    Split(firstPart, parts, tile, head);
            }
        }

        long excess = block == Key.Grid - 1 ? -room : 0;
        while (block < Key.Grid)
            _firstItem[++block] = _items.Count;
        return excess;

        // What a block leaves because cuts are at multiples, the next one takes.
        void NextBlock()
        {
            _firstItem[++block] = _items.Count;
            room += share;
        }
    }
}
