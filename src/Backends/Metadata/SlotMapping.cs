namespace AttentionGen.Metadata;

/// <summary>Where in a paged cache the key and the value of each new token go: slot = page * page size + place in the page.</summary>
public static class SlotMapping
{
    /// <summary>The slot of a row that is not stored.</summary>
    public const long Padding = -1;

    /// <summary>Fills a slot mapping from the positions of the new tokens.</summary>
    /// <param name="queryStartLoc">Where each request's tokens begin among the T rows, and T at the end: [B + 1].</param>
    /// <param name="positions">
    /// The position of each token in its request: [T]. A negative position marks a row that is padding.
    /// </param>
    /// <param name="blockTable">The pages of each request in the order of its tokens: [B, <paramref name="maxBlocks"/>].</param>
    /// <param name="maxBlocks">The length of a row of the block table.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <param name="slotMapping">
    /// Receives the slots: at least T entries. Those from T on, rows that pad a batch to the size of a captured graph, and
    /// those of padding rows become <see cref="Padding"/>.
    /// </param>
    /// <exception cref="ArgumentException">The spans do not agree, or a token lies on a page that its request does not have.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The page size is not positive or <paramref name="maxBlocks"/> is negative.</exception>
    public static void Fill(
        ReadOnlySpan<int> queryStartLoc, ReadOnlySpan<int> positions, ReadOnlySpan<int> blockTable, int maxBlocks, int pageSize, Span<long> slotMapping) =>
        Fill(queryStartLoc, positions, blockTable, maxBlocks, pageSize, Whole, slotMapping);

    /// <summary>
    /// Fills one rank's slot mapping under decode context parallelism: the tokens that the rank stores get a slot, the others
    /// <see cref="Padding"/>.
    /// </summary>
    /// <param name="queryStartLoc">Where each request's tokens begin among the T rows, and T at the end: [B + 1].</param>
    /// <param name="positions">
    /// The position of each token in its request, counted over all ranks: [T]. A negative position marks a row that is padding.
    /// </param>
    /// <param name="blockTable">
    /// The rank's own pages of each request, which hold the request's local tokens without gaps: [B, <paramref name="maxBlocks"/>].
    /// </param>
    /// <param name="maxBlocks">The length of a row of the block table.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <param name="parallel">The rank.</param>
    /// <param name="slotMapping">Receives the slots: at least T entries.</param>
    /// <exception cref="ArgumentException">The spans do not agree, or a token lies on a page that its request does not have.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The page size is not positive or <paramref name="maxBlocks"/> is negative.</exception>
    public static void Fill(
        ReadOnlySpan<int> queryStartLoc,
        ReadOnlySpan<int> positions,
        ReadOnlySpan<int> blockTable,
        int maxBlocks,
        int pageSize,
        DecodeContextParallel parallel,
        Span<long> slotMapping)
    {
        ArgumentNullException.ThrowIfNull(parallel);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        int requests = BatchShape.RequestsOf(queryStartLoc);
        int tokens = queryStartLoc[^1];
        BatchShape.ThrowUnlessBlockTable(blockTable.Length, requests, maxBlocks, nameof(blockTable));
        if (positions.Length != tokens)
            throw new ArgumentException($"positions has {positions.Length} entries. queryStartLoc ends with {tokens} tokens, which need {tokens}.", nameof(positions));
        if (slotMapping.Length < tokens)
            throw new ArgumentException($"slotMapping has {slotMapping.Length} entries. {tokens} tokens need at least {tokens}.", nameof(slotMapping));

        for (int request = 0; request < requests; request++)
        {
            ReadOnlySpan<int> pages = blockTable.Slice(request * maxBlocks, maxBlocks);
            for (int token = queryStartLoc[request]; token < queryStartLoc[request + 1]; token++)
            {
                int local = positions[token] < 0 ? -1 : parallel.LocalPosition(positions[token]);
                slotMapping[token] = local < 0 ? Padding : SlotOf(local, pages, pageSize, request, positions[token]);
            }
        }

        slotMapping[tokens..].Fill(Padding);
    }

    private static DecodeContextParallel Whole { get; } = new(rank: 0, worldSize: 1);

    private static long SlotOf(int local, ReadOnlySpan<int> blockTable, int pageSize, int request, int position)
    {
        (int block, int place) = Math.DivRem(local, pageSize);
        if (block >= blockTable.Length)
        {
            throw new ArgumentException(
                $"Request {request} has a token at position {position}, in its page {block}. Its row of the block table has {blockTable.Length} pages of {pageSize} tokens: give it more pages.",
                nameof(blockTable));
        }

        int page = blockTable[block];
        return page >= 0
            ? ((long)page * pageSize) + place
            : throw new ArgumentException(
                $"Request {request} has a token at position {position}, in its page {block}, for which the block table says {page}. Pages are numbered from 0: allocate the page first.",
                nameof(blockTable));
    }
}
