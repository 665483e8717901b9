namespace AttentionGen.Metadata;

/// <summary>
/// Chunked local attention as plain causal attention: under it a query sees only keys of its own chunk of the sequence, so
/// each chunk that has queries becomes a "virtual" request of its own, after vLLM's
/// <c>make_local_attention_virtual_batches</c>. Any backend with causal attention over pages can then compute it.
/// </summary>
/// <remarks>
/// The chunks are fixed: chunk c holds positions c * size to (c + 1) * size. The query rows keep their order, and so the
/// tensors and the slot mapping of a step serve for both batches. A request without queries has no virtual request.
/// </remarks>
public static class ChunkedLocalBatches
{
    /// <summary>The virtual requests of a batch.</summary>
    /// <param name="batch">A causal batch.</param>
    /// <param name="chunkSize">The number of positions of a chunk, a multiple of the page size.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <returns>
    /// A causal batch with a request for each chunk that has queries. Entries of its block table past a request's last page
    /// repeat pages of the original row and are not read.
    /// </returns>
    /// <exception cref="ArgumentException">The batch is not causal or does not agree with itself, or pages cross chunks.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static AttentionBatch Create(AttentionBatch batch, int chunkSize, int pageSize)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (!batch.Causal)
            throw new ArgumentException("The batch is not causal. Chunked local attention is causal within its chunks: set Causal, or attend without chunks.", nameof(batch));

        if (!batch.TreeAncestors.IsEmpty || !batch.KeysInCache)
            throw new ArgumentException("The batch has a tree or no cache. Chunks are of requests whose tokens follow each other in a cache: attend without chunks.", nameof(batch));

        ReadOnlySpan<int> queryStartLoc = batch.QueryStartLoc.Span, seqLens = batch.SeqLens.Span;
        int maxBlocks = MaxBlocksOf(chunkSize, pageSize);
        int count = Count(queryStartLoc, seqLens, chunkSize);
        int[] localQueryStartLoc = new int[count + 1];
        int[] localSeqLens = new int[count];
        int[] localBlockTable = new int[checked(count * maxBlocks)];
        Fill(queryStartLoc, seqLens, batch.BlockTable.Span, batch.MaxBlocks, chunkSize, pageSize, localQueryStartLoc, localSeqLens, localBlockTable);
        return new AttentionBatch
        {
            QueryStartLoc = localQueryStartLoc,
            SeqLens = localSeqLens,
            BlockTable = localBlockTable,
            MaxBlocks = maxBlocks,
            SlotMapping = batch.SlotMapping,
        };
    }

    /// <summary>The number of virtual requests of a batch.</summary>
    /// <param name="queryStartLoc">Where each request's queries begin, and their number at the end: [B + 1].</param>
    /// <param name="seqLens">The number of keys of each request, new tokens included: [B].</param>
    /// <param name="chunkSize">The number of positions of a chunk.</param>
    /// <exception cref="ArgumentException">The spans do not agree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The chunk size is not positive.</exception>
    public static int Count(ReadOnlySpan<int> queryStartLoc, ReadOnlySpan<int> seqLens, int chunkSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        ThrowUnlessBatch(queryStartLoc, seqLens);
        int count = 0;
        for (int request = 0; request < seqLens.Length; request++)
        {
            int queries = queryStartLoc[request + 1] - queryStartLoc[request];
            if (queries > 0)
                count += ((seqLens[request] - 1) / chunkSize) - ((seqLens[request] - queries) / chunkSize) + 1;
        }

        return count;
    }

    /// <summary>
    /// The most virtual requests that batches of a size can have, whatever their positions: what a backend allocates for.
    /// </summary>
    /// <param name="chunkSize">The number of positions of a chunk.</param>
    /// <param name="maxRequests">The most requests of a batch.</param>
    /// <param name="maxTokens">The most query rows of a batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chunk size is not positive, or another number is negative.</exception>
    public static int MaxCount(int chunkSize, int maxRequests, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        ArgumentOutOfRangeException.ThrowIfNegative(maxRequests);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokens);
        if (maxRequests == 0)
            return 0;

        // Worst case: every request's first query ends a chunk and its second begins one; from then on it takes a chunk's
        // worth of queries to reach another.
        long firsts = Math.Min(maxRequests, maxTokens);
        long seconds = Math.Min(maxRequests, maxTokens - firsts);
        return (int)(firsts + seconds + ((maxTokens - firsts - seconds) / chunkSize));
    }

    /// <summary>Fills the arrays of the virtual requests, for a caller that keeps its memory.</summary>
    /// <param name="queryStartLoc">Where each request's queries begin, and their number at the end: [B + 1].</param>
    /// <param name="seqLens">The number of keys of each request, new tokens included: [B].</param>
    /// <param name="blockTable">The pages of each request: [B, <paramref name="maxBlocks"/>].</param>
    /// <param name="maxBlocks">The length of a row of the block table.</param>
    /// <param name="chunkSize">The number of positions of a chunk, a multiple of the page size.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <param name="localQueryStartLoc">Receives the virtual requests' query_start_loc: at least [V + 1].</param>
    /// <param name="localSeqLens">Receives their numbers of keys: at least [V].</param>
    /// <param name="localBlockTable">Receives their pages: at least [V, chunk size / page size].</param>
    /// <returns>V, the number of virtual requests.</returns>
    /// <exception cref="ArgumentException">The spans do not agree or are too short, or pages cross chunks.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static int Fill(
        ReadOnlySpan<int> queryStartLoc,
        ReadOnlySpan<int> seqLens,
        ReadOnlySpan<int> blockTable,
        int maxBlocks,
        int chunkSize,
        int pageSize,
        Span<int> localQueryStartLoc,
        Span<int> localSeqLens,
        Span<int> localBlockTable)
    {
        int localMaxBlocks = MaxBlocksOf(chunkSize, pageSize);
        int count = Count(queryStartLoc, seqLens, chunkSize);
        BatchShape.ThrowUnlessBlockTable(blockTable.Length, seqLens.Length, maxBlocks, nameof(blockTable));
        ThrowIfShort(localQueryStartLoc.Length, (long)count + 1, count, nameof(localQueryStartLoc));
        ThrowIfShort(localSeqLens.Length, count, count, nameof(localSeqLens));
        ThrowIfShort(localBlockTable.Length, (long)count * localMaxBlocks, count, nameof(localBlockTable));

        localQueryStartLoc[0] = 0;
        int virtualRequest = 0;
        for (int request = 0; request < seqLens.Length; request++)
        {
            int keys = seqLens[request];
            int query = queryStartLoc[request], end = queryStartLoc[request + 1];
            if (query < end && BatchShape.BlocksOf(keys, pageSize) > maxBlocks)
            {
                throw new ArgumentException(
                    $"Request {request} has {keys} keys, which take {BatchShape.BlocksOf(keys, pageSize)} pages of {pageSize} tokens. Its row of the block table has {maxBlocks}.",
                    nameof(blockTable));
            }

            ReadOnlySpan<int> pages = blockTable.Slice(request * maxBlocks, maxBlocks);
            while (query < end)
            {
                int position = keys - (end - query);
                int chunk = position / chunkSize;
                long chunkEnd = Math.Min(keys, ((long)chunk + 1) * chunkSize);
                query += (int)(chunkEnd - position);
                localSeqLens[virtualRequest] = (int)(chunkEnd - ((long)chunk * chunkSize));
                localQueryStartLoc[virtualRequest + 1] = query;
                CopyPages(pages, chunk * (long)localMaxBlocks, localBlockTable.Slice(virtualRequest * localMaxBlocks, localMaxBlocks));
                virtualRequest++;
            }
        }

        return virtualRequest;
    }

    private static void CopyPages(ReadOnlySpan<int> pages, long first, Span<int> row)
    {
        // A request with queries has a page for each chunk that they are in, so first lies within its row.
        ReadOnlySpan<int> own = pages[(int)first..];
        int copied = Math.Min(own.Length, row.Length);
        own[..copied].CopyTo(row);
        row[copied..].Fill(own[^1]);
    }

    private static int MaxBlocksOf(int chunkSize, int pageSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunkSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        return chunkSize % pageSize == 0
            ? chunkSize / pageSize
            : throw new ArgumentException($"Chunks of {chunkSize} positions do not consist of whole pages of {pageSize} tokens. Choose a page size that divides the chunk size.", nameof(pageSize));
    }

    private static void ThrowUnlessBatch(ReadOnlySpan<int> queryStartLoc, ReadOnlySpan<int> seqLens)
    {
        BatchShape.ThrowUnlessPerRequest(seqLens.Length, BatchShape.RequestsOf(queryStartLoc), nameof(seqLens));
        BatchShape.ThrowUnlessCausal(queryStartLoc, seqLens);
    }

    private static void ThrowIfShort(int length, long needed, int count, string name)
    {
        if (length < needed)
            throw new ArgumentException($"{name} has {length} entries. {count} virtual requests need {needed}; MaxCount bounds their number.", name);
    }
}
