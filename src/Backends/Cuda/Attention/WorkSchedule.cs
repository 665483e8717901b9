using System.Runtime.InteropServices;
using AttentionGen.Cpu;

namespace AttentionGen.Cuda.Attention;

/// <summary>
/// How a step's attention is shared between blocks. Rows of a request are cut into tiles, 16 for a decode and as many as the
/// kernel takes for a prompt. Tiles are laid end to end, each as long as it has keys, and every block takes an equal stretch:
/// a tile that lies across an end is cut there, so that all blocks end together, whatever the lengths (Stream-K,
/// <see href="https://arxiv.org/abs/2301.03598"/>; FlashMLA's tile scheduler). In invariant schedules keys are cut at fixed
/// multiples instead, and only of decodes, so that a row's bits depend on its request alone. Where a step has prompts, how long a
/// tile takes cannot be told as well: blocks take tiles as they become free, the longest first. Keys that all requests share
/// are attended to by tiles of rows of all requests, where that is less work (cascade attention,
/// <see href="https://flashinfer.ai/2024/02/02/cascade-inference.html"/>).
/// </summary>
internal sealed partial class WorkSchedule(ScheduleKey key)
{
    /// <summary>Keys are cut at multiples of this, which all tiles of keys divide.</summary>
    public const int CutMultiple = 64;

    /// <summary>The keys between two cuts of an invariant schedule, after FlashInfer's fixed split size.</summary>
    public const int FixedCut = 2048;

    /// <summary>What beginning an item costs, in keys.</summary>
    private const int ItemOverhead = 64;

    /// <summary>What a tile more costs where keys are shared, in keys: its states are written, and read by the merge.</summary>
    private const int SharingOverhead = 16;

    private readonly List<Tile> _tiles = [];
    private readonly List<Parts> _sharedParts = [];
    private readonly List<WorkItem> _items = [];
    private readonly List<MergeItem> _merges = [];
    private readonly int[] _firstItem = new int[key.Grid + 1];
    private readonly long[] _load = new long[key.Grid];
    private int _sharedTileRows;
    private int _sharedKeys;

    /// <summary>What the schedule was made for.</summary>
    public ScheduleKey Key { get; } = key;

    /// <summary>The work items, block after block.</summary>
    public ReadOnlySpan<WorkItem> Items => CollectionsMarshal.AsSpan(_items);

    /// <summary>How many blocks take items as they become free; 0: each block has a list of its own.</summary>
    public int BlocksInTurn { get; private set; }

    /// <summary>Where each block's items begin, and their number at the end: [blocks + 1]. Empty where blocks take items in turn.</summary>
    public ReadOnlySpan<int> FirstItem => BlocksInTurn > 0 ? default : _firstItem;

    /// <summary>The rows whose keys were cut.</summary>
    public ReadOnlySpan<MergeItem> Merges => CollectionsMarshal.AsSpan(_merges);

    /// <summary>The number of rows of partial states.</summary>
    public int SlotCount { get; private set; }

    /// <summary>The most rows of one group whose states are merged.</summary>
    public int MostMergedRows { get; private set; }

    /// <summary>Whether keys that all requests share are attended to once.</summary>
    public bool SharesKeys => _sharedKeys > 0;

    /// <summary>Cuts a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="group">The number of query heads that share a KV head.</param>
    /// <param name="keyValueHeads">Hkv.</param>
    public void Fill(CpuBatch batch, int group, int keyValueHeads)
    {
        _tiles.Clear();
        _items.Clear();
        _merges.Clear();
        _sharedParts.Clear();
        SlotCount = 0;
        int rows = batch.TokenCount * group, shared = Key.SharesPrefix ? batch.CommonPrefixLength / CutMultiple * CutMultiple : 0;
        _sharedTileRows = TileRows(rows);
        _sharedKeys = SharingPays(batch, group, shared) ? shared : 0;
        for (int row = 0; _sharedKeys > 0 && row < rows; row += _sharedTileRows)
            _tiles.Add(new Tile(0, row, Math.Min(_sharedTileRows, rows - row), 0, _sharedKeys, row, IsShared: true));
        BatchKinds kinds = default;
        for (int request = 0; request < batch.RequestCount; request++)
        {
            int count = batch.QueryCount(request) * group;
            if (count > PagedKernels.DecodeRows)
                kinds.HasMany = true;
            else if (count > 0)
                kinds.KeysOfFew += VisibleKeys(batch, request) + ItemOverhead;
            if (IsFor(count))
                AddTiles(batch, request, group);
        }

        BlocksInTurn = 0;
        if (Key.IsForHopper)
            TakeInTurn(kinds.KeysOfFew, keyValueHeads);
        else if (Key.IsInvariant)
            CutAtMultiples(keyValueHeads);
        else if (TakesTurns(kinds))
            MixInTurn(keyValueHeads);
        else
            CutEvenly(keyValueHeads);

        MostMergedRows = 0;
        foreach (MergeItem merge in _merges)
            MostMergedRows = Math.Max(MostMergedRows, merge.RowCount);
    }

    private bool IsFor(int rows) => Key.Rows switch
    {
        ScheduledRows.Few => rows <= PagedKernels.DecodeRows,
        ScheduledRows.Many => rows > PagedKernels.DecodeRows,
        _ => true,
    };

    private int TileRows(int rows) => rows <= PagedKernels.DecodeRows ? PagedKernels.DecodeRows : Key.PrefillRows;

    // Requests of few rows each fill a tile together; a prompt fills its tiles by itself.
    private bool SharingPays(CpuBatch batch, int group, int shared)
    {
        if (shared == 0)
            return false;
        long apart = 0;
        for (int request = 0; request < batch.RequestCount; request++)
            apart += CostOfKeys(batch.QueryCount(request) * group, shared, 0);
        return CostOfKeys(batch.TokenCount * group, shared, SharingOverhead) < apart;
    }

    private long CostOfKeys(int rows, int keys, int overhead)
    {
        int tileRows = TileRows(rows), last = rows % tileRows;
        return (keys + overhead) * ((rows / tileRows * Tile.Weight(tileRows)) + (last > 0 ? Tile.Weight(last) : 0));
    }

    private int VisibleKeys(CpuBatch batch, int request)
    {
        (int first, int end) = batch.VisibleKeys(request, batch.QueryCount(request) - 1, Key.Window);
        return Math.Max(0, end - first);
    }

    private void AddTiles(CpuBatch batch, int request, int group)
    {
        int rows = batch.QueryCount(request) * group;
        int tileRows = TileRows(rows);
        bool isTree = batch.IsTree(request);
        for (int row = 0; row < rows; row += tileRows)
        {
            int count = Math.Min(tileRows, rows - row), firstQuery = row / group, lastQuery = (row + count - 1) / group;
            (int first, int end) = batch.VisibleKeys(request, firstQuery, Key.Window);
            end = Math.Max(end, batch.VisibleKeys(request, lastQuery, Key.Window).End);

            // Positions rise with the queries, but for those of a tree.
            for (int query = firstQuery + 1; isTree && query <= lastQuery; query++)
                first = Math.Min(first, batch.VisibleKeys(request, query, Key.Window).First);
            first = Math.Max(first, _sharedKeys);
            if (first >= end)
                first = end = 0;
            _tiles.Add(new Tile(request, row, count, first / CutMultiple * CutMultiple, end, (batch.FirstToken(request) * group) + row));
        }
    }

    private void Split(int firstPart, int parts, in Tile tile, int head)
    {
        _merges.Add(new MergeItem(tile.Request, tile.FirstRow, tile.RowCount, head, SlotCount, parts, tile.RowCount));
        GiveSlots(firstPart, parts, tile);
    }

    // Shared tiles come first. Rows of a request that lie in two of them are merged apart.
    private void Share(int firstPart, int parts, in Tile tile, int head, int keyValueHeads)
    {
        if (tile.IsShared)
        {
            _sharedParts.Add(new Parts(SlotCount, parts, tile.RowCount));
        }
        else
        {
            int end = tile.StepRow + tile.RowCount;
            for (int row = tile.StepRow; row < end;)
            {
                int sharedTile = row / _sharedTileRows, inTile = row - tile.StepRow, inShared = row % _sharedTileRows;
                int count = Math.Min(end - row, _sharedTileRows - inShared);
                Parts shared = _sharedParts[(sharedTile * keyValueHeads) + head];
                _merges.Add(new MergeItem(
                    tile.Request, tile.FirstRow + inTile, count, head, SlotCount + inTile, parts, tile.RowCount, shared.Slot + inShared, shared.Count, shared.Stride));
                row += count;
            }
        }

        GiveSlots(firstPart, parts, tile);
    }

    private void GiveSlots(int firstPart, int parts, in Tile tile)
    {
        Span<WorkItem> items = CollectionsMarshal.AsSpan(_items);
        for (int part = 0; part < parts; part++)
        {
            items[firstPart + part] = items[firstPart + part] with { PartialSlot = SlotCount };
            SlotCount = checked(SlotCount + tile.RowCount);
        }
    }

    private static long CostOf(in WorkItem item) => (item.KeyEnd - item.KeyBegin + ItemOverhead) * Tile.Weight(item.RowCount);

    /// <summary>Where the states of a tile's rows are: those of part p from Slot + p * Stride on.</summary>
    private readonly record struct Parts(int Slot, int Count, int Stride);

    /// <summary>Rows and the keys that they see. StepRow counts from the step's first packed row.</summary>
    private readonly record struct Tile(int Request, int FirstRow, int RowCount, int KeyBegin, int KeyEnd, int StepRow, bool IsShared = false)
    {
        /// <summary>Whether it is all rows of a request of few.</summary>
        public bool IsOfFewRows => FirstRow == 0 && RowCount <= PagedKernels.DecodeRows;

        public long Cost => (KeyEnd - KeyBegin + ItemOverhead) * Weight(RowCount);

        /// <summary>
        /// What a key costs: to load it, and to multiply it with the rows. Of 128 rows some 2.7 times what it does of a decode's: TRITON_ATTN's
        /// decodes and prefills alone, in the table of mixed batches (docs/results/cuda-attention.md), by their numbers of keys and tiles.
        /// </summary>
        public static long Weight(int rows) => 7 + (2 * ((rows + 15) / 16));
    }

    /// <summary>What else is in a batch: whether there are requests of many rows, and the keys that those of few see.</summary>
    private record struct BatchKinds(bool HasMany, long KeysOfFew);
}
