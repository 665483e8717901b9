namespace AttentionGen.Cuda.Attention;

// Tiles that blocks take in turn.
internal sealed partial class WorkSchedule
{
    /// <summary>
    /// The keys, times KV heads, that blocks work on at a time, so that those of a level 2 cache stay there: 16 MiB of keys and
    /// values of 128 elements of 16 bits.
    /// </summary>
    private const int KeysAtOnce = 32768;

    /// <summary>The fewest keys of a part of a tile in the kernel for Hopper.</summary>
    private const int FewestKeysOfPart = 1024;

    // A tile costs as much whatever rows it has.
    private void TakeInTurn(long keysOfFew, int keyValueHeads)
    {
        long keys = 0;
        foreach (Tile tile in _tiles)
            keys += (long)(tile.KeyEnd - tile.KeyBegin + ItemOverhead) * keyValueHeads;
        BlocksInTurn = BlocksBeside(keysOfFew * keyValueHeads, keys);
        AddByCost(0, keyValueHeads, Key.IsInvariant ? int.MaxValue : Math.Clamp(keys * 5 / 4 / Key.Grid, FewestKeysOfPart, int.MaxValue));
    }

    // The longest tiles first, of a few requests or heads at a time: those that share keys run side by side, and the short ones at
    // the end fill up what the long ones left. Only a tile longer than a block's share of everything is cut: most is the keys of a part
    // in the kernel for Hopper, whose tiles cost the same, and a share of the cost in the other.
    private void AddByCost(int first, int keyValueHeads, long most)
    {
        while (first < _tiles.Count)
        {
            (int end, long together) = EndOfRequestsTogether(first, keyValueHeads);
            _tiles.Sort(first, end - first, s_fallingCost);
            int headsAtOnce = (int)Math.Clamp(KeysAtOnce / Math.Max(together, 1), 1, keyValueHeads);
            for (int head = 0; head < keyValueHeads; head += headsAtOnce)
            {
                for (int tile = first; tile < end; tile++)
                {
                    int keys = Key.IsForHopper ? (int)most : MostKeysOfPart(_tiles[tile], most);
                    for (int one = head; one < Math.Min(head + headsAtOnce, keyValueHeads); one++)
                        AddParts(_tiles[tile], one, keys);
                }
            }

            first = end;
        }
    }

    // Decodes run on the multiprocessors that are left, at the memory's rate from some part of them on. With so many blocks both kinds
    // end together, if a key of 128 rows takes the whole device KeyOfMany times as long as one of a decode (measured on an H200, 1.2 and
    // less; docs/results/cuda-attention.md). Rather too many: decodes are taken in turn, so that blocks that come later find what is left,
    // and nobody takes over prompts.
    private int BlocksBeside(long keysOfFew, long keys)
    {
        if (keysOfFew == 0 || !Key.RunsBeside)
            return Key.Grid;
        const double KeyOfMany = 1.3, ReachesRate = 0.75;
        double few = keysOfFew, many = KeyOfMany * keys;
        double share = many <= (1 - ReachesRate) * few ? many / few : many / (many + (ReachesRate * few));
        return (int)Math.Clamp(Math.Ceiling(share * Key.Grid), 1, Key.Grid);
    }

    private static readonly IComparer<Tile> s_fallingCost = Comparer<Tile>.Create(static (left, right) => right.Cost.CompareTo(left.Cost));

    // As many requests as have their keys of all heads among those at once, and one at least.
    private (int End, long Keys) EndOfRequestsTogether(int first, int keyValueHeads)
    {
        long together = 0;
        int end = first;
        while (end < _tiles.Count)
        {
            int next = end, longest = 0;
            for (; next < _tiles.Count && _tiles[next].Request == _tiles[end].Request; next++)
                longest = Math.Max(longest, _tiles[next].KeyEnd - _tiles[next].KeyBegin);
            if (end > first && (together + longest) * keyValueHeads > KeysAtOnce)
                break;
            together += longest;
            end = next;
        }

        return (end, together);
    }

    private void AddParts(in Tile tile, int head, int most)
    {
        int length = tile.KeyEnd - tile.KeyBegin, parts = Math.Max(1, (int)(((long)length + most - 1) / most)), firstPart = _items.Count;
        int keys = (length + parts - 1) / parts;
        int multiple = Math.Max(Key.TileKeys, CutMultiple);
        keys = (keys + multiple - 1) / multiple * multiple;
        int begin = tile.KeyBegin, count = 0;
        do
        {
            int end = parts == 1 ? tile.KeyEnd : Math.Min(tile.KeyEnd, begin + keys);
            _items.Add(new WorkItem(tile.Request, tile.FirstRow, tile.RowCount, head, begin, end, -1));
            begin = end;
            count++;
        }
        while (begin < tile.KeyEnd);

        if (count > 1)
            Split(firstPart, count, tile, head);
    }
}
