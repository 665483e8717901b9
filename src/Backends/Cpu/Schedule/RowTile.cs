namespace AttentionGen.Cpu;

/// <summary>
/// Rows that are attended together, for any KV head: of one request, or of all requests to keys that they share. A row is a
/// pair of a query and one of the query heads that share a KV head, query by query, so that a key is loaded once for the
/// whole group of heads.
/// </summary>
/// <param name="Request">The request's index in the batch, or <see cref="AllRequests"/>.</param>
/// <param name="FirstRow">The first row, counted from the request's first, or from the step's.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="FirstKey">The first key that some row sees, rounded down to <see cref="KeyBlocks.Alignment"/>.</param>
/// <param name="EndKey">The key after the last that some row sees.</param>
/// <param name="ItemCount">The number of work items whose results the rows are merged from, for each KV head.</param>
/// <param name="FirstSlot">The first of the tile's slots for results of chunks: [KV heads, chunks, rows].</param>
internal readonly record struct RowTile(int Request, int FirstRow, int RowCount, int FirstKey, int EndKey, int ItemCount, long FirstSlot)
{
    /// <summary>In place of a request: the rows of all requests, one after the other.</summary>
    public const int AllRequests = -1;

    /// <summary>Whether the rows are those of all requests.</summary>
    public bool IsShared => Request == AllRequests;

    /// <summary>Whether results over chunks wait in slots to be merged.</summary>
    public bool IsSplit => IsShared || ItemCount > 1;

    /// <summary>The first chunk of keys.</summary>
    public int FirstChunk => FirstKey / KeyBlocks.ChunkLength;

    /// <summary>The chunk after the last.</summary>
    public int EndChunk => Math.Max(FirstChunk, (EndKey + KeyBlocks.ChunkLength - 1) / KeyBlocks.ChunkLength);

    /// <summary>The number of chunks.</summary>
    public int ChunkCount => EndChunk - FirstChunk;
}
