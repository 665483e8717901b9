using System.Runtime.InteropServices;

namespace AttentionGen.Cpu;

/// <summary>
/// How a step's attention is shared between threads: flat lists of tiles and work items. It decides who computes what and
/// when, and never what comes out: see <see cref="KeyBlocks"/>.
/// </summary>
internal sealed class WorkSchedule
{
    /// <summary>The number of rows of a whole tile: a multiple of what the kernels take at a time: 3, 6 and 8.</summary>
    public const int TileRows = 96;

    /// <summary>What a key costs besides its products with rows: that of so many rows.</summary>
    private const int KeyOverhead = 6;

    /// <summary>The cost below which an item is not worth a thread.</summary>
    private const long SmallestItem = 8 * (KeyBlocks.ChunkLength + KeyOverhead);

    /// <summary>How many items each thread should find, so that none waits long for the last.</summary>
    private const int ItemsPerThread = 6;

    private readonly List<RowTile> _tiles = [];
    private readonly List<WorkItem> _items = [];
    private readonly List<long> _costs = [];

    /// <summary>The tiles.</summary>
    public IReadOnlyList<RowTile> Tiles => _tiles;

    /// <summary>The work items, the longest first.</summary>
    public IReadOnlyList<WorkItem> Items => _items;

    /// <summary>The number of query heads that share a KV head.</summary>
    public int Group { get; private set; }

    /// <summary>The number of KV heads.</summary>
    public int KeyValueHeads { get; private set; }

    /// <summary>The number of slots for rows' results over one chunk.</summary>
    public long SlotCount { get; private set; }

    /// <summary>The number of rows of the largest tile.</summary>
    public int MaxTileRows { get; private set; }

    /// <summary>The number of products of a row with a key, and what they cost besides.</summary>
    public long Cost { get; private set; }

    /// <summary>Whether one thread is done before others have begun.</summary>
    public bool IsSmall => Cost < SmallestItem;

    /// <summary>The number of chunks of a common prefix that the rows of all requests are attended to together.</summary>
    public int SharedChunks { get; private set; }

    /// <summary>The index of the first tile with rows of all requests.</summary>
    public int FirstSharedTile { get; private set; }

    /// <summary>Schedules a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="window">The sliding window, or <see cref="int.MaxValue"/>.</param>
    /// <param name="queryHeads">Hq.</param>
    /// <param name="keyValueHeads">Hkv.</param>
    /// <param name="threads">The number of threads to share the work between.</param>
    public void Fill(CpuBatch batch, int window, int queryHeads, int keyValueHeads, int threads)
    {
        _tiles.Clear();
        _items.Clear();
        _costs.Clear();
        Group = queryHeads / keyValueHeads;
        KeyValueHeads = keyValueHeads;
        SlotCount = Cost = MaxTileRows = 0;
        SharedChunks = window == int.MaxValue && SharingPays(batch) ? batch.CommonPrefixLength / KeyBlocks.ChunkLength : 0;
        for (int request = 0; request < batch.RequestCount; request++)
            AddTiles(batch, request, window);
        FirstSharedTile = _tiles.Count;
        if (SharedChunks > 0)
            AddSharedTiles(batch.TokenCount * Group);

        long share = threads > 1 ? Math.Max(SmallestItem, Cost / ((long)threads * ItemsPerThread)) : long.MaxValue;
        for (int tile = _tiles.Count - 1; tile >= 0; tile--)
            AddItems(batch, tile, share);
        Sort();
    }

    /// <summary>
    /// Whether the keys of a common prefix are read once for all requests. A request with many rows reads them once for a
    /// whole tile as it is, and would only have more results to merge.
    /// </summary>
    private bool SharingPays(CpuBatch batch)
    {
        int requests = 0;
        for (int request = 0; request < batch.RequestCount; request++)
        {
            int rows = batch.QueryCount(request) * Group;
            if (rows > TileRows)
                return false;
            requests += rows > 0 ? 1 : 0;
        }

        return requests > 1;
    }

    private void AddTiles(CpuBatch batch, int request, int window)
    {
        int queries = batch.QueryCount(request);
        for (int row = 0; row < queries * Group; row += TileRows)
        {
            int count = Math.Min(TileRows, (queries * Group) - row);
            int first = int.MaxValue, end = 0;
            for (int query = row / Group; query <= (row + count - 1) / Group; query++)
            {
                (int firstKey, int endKey) = batch.VisibleKeys(request, query, window);
                if (firstKey >= endKey)
                    continue;
                first = Math.Min(first, firstKey);
                end = Math.Max(end, endKey);
            }

            first = end == 0 ? 0 : Math.Max(SharedChunks * KeyBlocks.ChunkLength, first & ~(KeyBlocks.Alignment - 1));
            Add(new RowTile(request, row, count, first, end, ItemCount: 0, FirstSlot: 0));
        }
    }

    private void AddSharedTiles(int rows)
    {
        for (int row = 0; row < rows; row += TileRows)
            Add(new RowTile(RowTile.AllRequests, row, Math.Min(TileRows, rows - row), 0, SharedChunks * KeyBlocks.ChunkLength, ItemCount: 0, FirstSlot: 0));
    }

    private void Add(in RowTile tile)
    {
        _tiles.Add(tile);
        MaxTileRows = Math.Max(MaxTileRows, tile.RowCount);
        Cost += CostOf(tile, tile.FirstChunk, tile.EndChunk) * KeyValueHeads;
    }

    private void AddItems(CpuBatch batch, int index, long share)
    {
        RowTile tile = _tiles[index];
        long cost = CostOf(tile, tile.FirstChunk, tile.EndChunk);
        int parts = (int)Math.Clamp(cost / share, 1, Math.Max(1, tile.ChunkCount));
        int chunks = Math.Max(1, (tile.ChunkCount + parts - 1) / parts);
        parts = Math.Max(1, (tile.ChunkCount + chunks - 1) / chunks);

        // Shared tiles come first here: their items count for the requests' tiles whose rows they hold.
        tile = tile with { ItemCount = tile.ItemCount + parts };
        if (tile.IsSplit)
        {
            tile = tile with { FirstSlot = SlotCount };
            SlotCount += (long)KeyValueHeads * tile.ChunkCount * tile.RowCount;
        }

        _tiles[index] = tile;
        if (tile.IsShared)
            CountForRequests(batch, tile, parts);
        for (int head = 0; head < KeyValueHeads; head++)
        {
            for (int part = 0; part < parts; part++)
            {
                int first = tile.FirstChunk + (part * chunks);
                int end = Math.Min(tile.EndChunk, first + chunks);
                _items.Add(new WorkItem(index, head, first, end));
                _costs.Add(-CostOf(tile, first, end));
            }
        }
    }

    private void CountForRequests(CpuBatch batch, in RowTile shared, int parts)
    {
        for (int index = 0; index < FirstSharedTile; index++)
        {
            if (Overlap(batch, shared, _tiles[index]))
                _tiles[index] = _tiles[index] with { ItemCount = _tiles[index].ItemCount + parts };
        }
    }

    /// <summary>Whether rows of a request's tile are in a tile of all requests' rows.</summary>
    public bool Overlap(CpuBatch batch, in RowTile shared, in RowTile tile)
    {
        int first = FirstRowInStep(batch, tile);
        return first < shared.FirstRow + shared.RowCount && shared.FirstRow < first + tile.RowCount;
    }

    /// <summary>The place of a tile's first row among all rows of the step.</summary>
    public int FirstRowInStep(CpuBatch batch, in RowTile tile) =>
        tile.IsShared ? tile.FirstRow : (batch.FirstToken(tile.Request) * Group) + tile.FirstRow;

    private void Sort() =>
        CollectionsMarshal.AsSpan(_costs).Sort(CollectionsMarshal.AsSpan(_items));

    private static long CostOf(in RowTile tile, int firstChunk, int endChunk)
    {
        int first = Math.Max(tile.FirstKey, firstChunk * KeyBlocks.ChunkLength);
        int end = Math.Min(tile.EndKey, endChunk * KeyBlocks.ChunkLength);
        return (tile.RowCount + KeyOverhead) * Math.Max(0L, end - first);
    }
}
