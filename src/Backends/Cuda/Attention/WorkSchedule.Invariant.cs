using System.Runtime.InteropServices;

namespace AttentionGen.Cuda.Attention;

// Cuts at fixed multiples of a request's own keys.
internal sealed partial class WorkSchedule
{
    private void CutAtMultiples(int keyValueHeads)
    {
        foreach (Tile tile in _tiles)
        {
            for (int head = 0; head < keyValueHeads; head++)
            {
                int firstPart = _items.Count, parts = 0, begin = tile.KeyBegin;
                do
                {
                    int end = tile.IsOfFewRows
                        ? Math.Min(tile.KeyEnd, (begin / FixedCut * FixedCut) + FixedCut)
                        : tile.KeyEnd;
                    _items.Add(new WorkItem(tile.Request, tile.FirstRow, tile.RowCount, head, begin, end, -1));
                    parts++;
                    begin = end;
                }
                while (begin < tile.KeyEnd);

                if (parts > 1)
                    Split(firstPart, parts, tile, head);
            }
        }

        Deal();
    }

    // The longest items first, each to the block that has least.
    private void Deal()
    {
        Span<WorkItem> items = CollectionsMarshal.AsSpan(_items);
        items.Sort(static (left, right) => CostOf(right).CompareTo(CostOf(left)));
        Array.Clear(_load);
        PriorityQueue<int, long> blocks = new(Key.Grid);
        for (int block = 0; block < Key.Grid; block++)
            blocks.Enqueue(block, 0);
        int[] owner = new int[items.Length];
        Array.Clear(_firstItem);
        for (int i = 0; i < items.Length; i++)
        {
            int block = blocks.Dequeue();
            owner[i] = block;
            _load[block] += CostOf(items[i]);
            blocks.Enqueue(block, _load[block]);
            _firstItem[block + 1]++;
        }

        for (int block = 0; block < Key.Grid; block++)
            _firstItem[block + 1] += _firstItem[block];
        WorkItem[] dealt = new WorkItem[items.Length];
        int[] next = _firstItem[..Key.Grid];
        for (int i = 0; i < items.Length; i++)
            dealt[next[owner[i]]++] = items[i];
        dealt.CopyTo(items);
    }
}
