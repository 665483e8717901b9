namespace AttentionGen.Metadata;

/// <summary>The pages that all requests of a batch begin with, say those of one system prompt.</summary>
public static class CommonPrefix
{
    /// <summary>The number of leading pages that all requests with queries share.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <returns>
    /// The number of pages, a partly filled last one included if it is shared too. 0 for a batch without queries.
    /// </returns>
    /// <exception cref="ArgumentException">The batch does not agree with itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The page size is not positive.</exception>
    public static int CountPages(AttentionBatch batch, int pageSize)
    {
        ThrowUnlessBatch(batch, pageSize);
        ReadOnlySpan<int> queryStartLoc = batch.QueryStartLoc.Span, seqLens = batch.SeqLens.Span, blockTable = batch.BlockTable.Span;
        ReadOnlySpan<int> shared = default;
        bool any = false;
        for (int request = 0; request < seqLens.Length; request++)
        {
            if (queryStartLoc[request + 1] == queryStartLoc[request])
                continue;

            int pages = (int)Math.Min(BatchShape.BlocksOf(seqLens[request], pageSize), batch.MaxBlocks);
            ReadOnlySpan<int> own = blockTable.Slice(request * batch.MaxBlocks, pages);
            shared = any ? shared[..shared.CommonPrefixLength(own)] : own;
            any = true;
        }

        return shared.Length;
    }

    /// <summary>
    /// The length of the prefix that cascade attention may compute once for all requests: whole shared pages, which hold only
    /// tokens computed in earlier steps.
    /// </summary>
    /// <param name="batch">A batch with at least as many keys as queries in each request.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <returns>
    /// The number of tokens, a multiple of the page size. Every query may see all of them, so that no mask is needed, and
    /// every request has keys left after them.
    /// </returns>
    /// <exception cref="ArgumentException">The batch does not agree with itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The page size is not positive.</exception>
    public static int CascadeLength(AttentionBatch batch, int pageSize)
    {
        int pages = CountPages(batch, pageSize);
        ReadOnlySpan<int> queryStartLoc = batch.QueryStartLoc.Span, seqLens = batch.SeqLens.Span;
        BatchShape.ThrowUnlessCausal(queryStartLoc, seqLens);
        for (int request = 0; request < seqLens.Length; request++)
        {
            int queries = queryStartLoc[request + 1] - queryStartLoc[request];
            if (queries > 0)
                pages = Math.Min(pages, (seqLens[request] - queries) / pageSize);
        }

        return pages * pageSize;
    }

    private static void ThrowUnlessBatch(AttentionBatch batch, int pageSize)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        int requests = BatchShape.RequestsOf(batch.QueryStartLoc.Span);
        BatchShape.ThrowUnlessPerRequest(batch.SeqLens.Length, requests, nameof(batch.SeqLens));
        BatchShape.ThrowUnlessBlockTable(batch.BlockTable.Length, requests, batch.MaxBlocks, nameof(batch.BlockTable));
        foreach (int keys in batch.SeqLens.Span)
        {
            if (keys < 0)
                throw new ArgumentException($"A request has {keys} keys. SeqLens must not be negative.", nameof(batch));
        }
    }
}
