namespace AttentionGen;

/// <summary>
/// The requests of one step as attention sees them, after vLLM's <c>CommonAttentionMetadata</c>: B requests with T new
/// tokens in all, whose keys and values lie in pages of a cache. Host memory; a plan copies what its device needs.
/// </summary>
/// <remarks>
/// The memories are read when a plan is updated and need not outlive that call. <see cref="AttentionBatchBuilder"/> fills
/// them from one line a request.
/// </remarks>
public sealed record AttentionBatch
{
    /// <summary>
    /// Where each request's queries begin among the T rows of the step, and T at the end: [B + 1], starting with 0, never
    /// falling. Two equal neighbours are a request without a query in this step.
    /// </summary>
    public required ReadOnlyMemory<int> QueryStartLoc { get; init; }

    /// <summary>
    /// The number of keys of each request, those of this step's new tokens included: [B]. A decoder's request has at least
    /// as many keys as queries.
    /// </summary>
    public required ReadOnlyMemory<int> SeqLens { get; init; }

    /// <summary>
    /// The pages of each request, in the order of its tokens: [B, <see cref="MaxBlocks"/>], row by row. Entries past a
    /// request's last page are not read.
    /// </summary>
    public required ReadOnlyMemory<int> BlockTable { get; init; }

    /// <summary>The length of a row of <see cref="BlockTable"/>.</summary>
    public required int MaxBlocks { get; init; }

    /// <summary>
    /// Where the key and the value of each new token go: page * page size + place in the page, or -1 for a row that is not
    /// stored. [T] for a decoder.
    /// </summary>
    public required ReadOnlyMemory<long> SlotMapping { get; init; }

    /// <summary>
    /// Whether a query sees only keys up to its own position. The queries of a request are its last positions: query i of
    /// n, with s keys, stands at position s - n + i.
    /// </summary>
    public bool Causal { get; init; } = true;

    /// <summary>B, the number of requests.</summary>
    public int RequestCount => SeqLens.Length;

    /// <summary>T, the number of query rows.</summary>
    public int TokenCount => QueryStartLoc.Length == 0 ? 0 : QueryStartLoc.Span[^1];

    /// <summary>Checks that the batch agrees with itself and with a cache.</summary>
    /// <param name="pages">The number of pages of the cache.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <exception cref="ArgumentException">It does not; the message names the request and the values.</exception>
    public void Validate(int pages, int pageSize)
    {
        ReadOnlySpan<int> starts = QueryStartLoc.Span;
        ReadOnlySpan<int> lengths = SeqLens.Span;
        if (starts.Length != lengths.Length + 1)
            throw new ArgumentException($"QueryStartLoc has {starts.Length} entries and SeqLens {lengths.Length}. A batch of B requests has B + 1 and B.");
        if (starts[0] != 0)
            throw new ArgumentException($"QueryStartLoc begins with {starts[0]}. It must begin with 0.");
        if (MaxBlocks < 0 || BlockTable.Length != (long)lengths.Length * MaxBlocks)
            throw new ArgumentException($"BlockTable has {BlockTable.Length} entries. {lengths.Length} requests of {MaxBlocks} blocks need {(long)lengths.Length * MaxBlocks}.");

        for (int request = 0; request < lengths.Length; request++)
            ValidateRequest(request, starts[request + 1] - (long)starts[request], lengths[request], pages, pageSize);

        long slots = (long)pages * pageSize;
        foreach (long slot in SlotMapping.Span)
        {
            if (slot < -1 || slot >= slots)
                throw new ArgumentException($"SlotMapping names slot {slot}. The cache of {pages} pages of {pageSize} tokens has slots 0 to {slots - 1}, and -1 means not stored.");
        }
    }

    private void ValidateRequest(int request, long queries, int keys, int pages, int pageSize)
    {
        if (queries < 0)
            throw new ArgumentException($"QueryStartLoc falls from {QueryStartLoc.Span[request]} to {QueryStartLoc.Span[request + 1]} at request {request}. It must never fall.");
        if (keys < 0)
            throw new ArgumentException($"Request {request} has {keys} keys. SeqLens must not be negative.");
        if (Causal && keys < queries)
            throw new ArgumentException($"Request {request} has {queries} queries and {keys} keys. Under causal attention its keys include those of its queries.");

        int blocks = (int)(((long)keys + pageSize - 1) / pageSize);
        if (blocks > MaxBlocks)
            throw new ArgumentException($"Request {request} has {keys} keys, which take {blocks} pages of {pageSize} tokens. Its row of the block table has {MaxBlocks}.");

        foreach (int page in BlockTable.Span.Slice(request * MaxBlocks, blocks))
        {
            if ((uint)page >= (uint)pages)
                throw new ArgumentException($"The block table of request {request} names page {page}. The cache has pages 0 to {pages - 1}.");
        }
    }
}
