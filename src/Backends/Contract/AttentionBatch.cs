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

    /// <summary>
    /// Whether the keys lie in the pages of a cache. False for an encoder's step: its own new tokens are all the keys there
    /// are, <see cref="SeqLens"/> are the numbers of queries, and there are neither blocks nor slots.
    /// </summary>
    public bool KeysInCache { get; init; } = true;

    /// <summary>
    /// Which of its request's new tokens each query row sees: [T], or empty where no row is part of a tree. Bit j of a row is
    /// the request's j-th new token, and a row sees itself, so 0 marks a row of a request that is no tree and is attended
    /// causally. Keys in the cache from before the step are seen by every row.
    /// </summary>
    /// <remarks>
    /// The tokens of a request stand in an order in which each follows its ancestors, and are at most
    /// <see cref="MaxTreeTokens"/>. A token's position, for windows and biases by distance, is its depth in the tree: the
    /// number of its bits, itself left out, after the request's earlier keys. So a row's result is that of causal attention
    /// over its branch alone.
    /// </remarks>
    public ReadOnlyMemory<ulong> TreeAncestors { get; init; }

    /// <summary>
    /// The number of leading keys that all requests share, in the same pages: a multiple of the page size, or 0. A backend with
    /// <see cref="AttentionFeatures.Cascade"/> may attend to them once for all requests.
    /// </summary>
    public int CommonPrefixLength { get; init; }

    /// <summary>The number of new tokens that a request with a tree may have.</summary>
    public const int MaxTreeTokens = 64;

    /// <summary>B, the number of requests.</summary>
    public int RequestCount => SeqLens.Length;

    /// <summary>T, the number of query rows.</summary>
    public int TokenCount => QueryStartLoc.Length == 0 ? 0 : QueryStartLoc.Span[^1];

    /// <summary>Checks that the batch agrees with itself and with a cache.</summary>
    /// <param name="pages">The number of pages of the cache.</param>
    /// <param name="pageSize">The number of tokens of a page.</param>
    /// <exception cref="ArgumentException">It does not; the message names the request and the values.</exception>
    public void Validate(int pages, int pageSize) => AttentionBatchCheck.ThrowIfInvalid(this, pages, pageSize);
}
