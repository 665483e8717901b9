using System.Runtime.InteropServices;

namespace AttentionGen;

/// <summary>Builds an <see cref="AttentionBatch"/> from one line a request, reusing its memory from step to step.</summary>
/// <param name="pageSize">The number of tokens of a page.</param>
/// <remarks>A batch it built is valid until the next call of <see cref="Clear"/>.</remarks>
public sealed class AttentionBatchBuilder(int pageSize)
{
    private readonly List<int> _queryStartLoc = [0];
    private readonly List<int> _seqLens = [];
    private readonly List<long> _slotMapping = [];
    private readonly List<ReadOnlyMemory<int>> _pages = [];
    private readonly List<ulong> _treeAncestors = [];
    private bool _hasTree;
    private int[] _blockTable = [];

    /// <summary>The number of tokens of a page.</summary>
    public int PageSize { get; } = pageSize > 0
        ? pageSize
        : throw new ArgumentOutOfRangeException(nameof(pageSize), pageSize, "A page holds at least one token.");

    /// <summary>Forgets the requests.</summary>
    public void Clear()
    {
        _queryStartLoc.Clear();
        _queryStartLoc.Add(0);
        _seqLens.Clear();
        _slotMapping.Clear();
        _pages.Clear();
        _treeAncestors.Clear();
        _hasTree = false;
    }

    /// <summary>Adds a request: its new tokens follow those that are in the cache already.</summary>
    /// <param name="computedTokens">The number of tokens whose keys and values are in the cache.</param>
    /// <param name="newTokens">The number of tokens of this step.</param>
    /// <param name="pages">The request's pages in the order of its tokens; read until the batch has been built.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="ArgumentException">The pages do not hold all the tokens.</exception>
    public void Add(int computedTokens, int newTokens, ReadOnlyMemory<int> pages)
    {
        AddRequest(computedTokens, newTokens, pages);
        for (int i = 0; i < newTokens; i++)
            _treeAncestors.Add(0);
    }

    /// <summary>Adds a request whose new tokens form a tree.</summary>
    /// <param name="computedTokens">The number of tokens whose keys and values are in the cache.</param>
    /// <param name="ancestors">For each new token, which new tokens it sees: see <see cref="AttentionBatch.TreeAncestors"/>.</param>
    /// <param name="pages">The request's pages in the order of its tokens; read until the batch has been built.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="ArgumentException">The pages do not hold all the tokens.</exception>
    public void AddTree(int computedTokens, ReadOnlySpan<ulong> ancestors, ReadOnlyMemory<int> pages)
    {
        AddRequest(computedTokens, ancestors.Length, pages);
        _treeAncestors.AddRange(ancestors);
        _hasTree |= !ancestors.IsEmpty;
    }

    private void AddRequest(int computedTokens, int newTokens, ReadOnlyMemory<int> pages)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(computedTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(newTokens);
        int length = checked(computedTokens + newTokens);
        if (length > (long)pages.Length * PageSize)
            throw new ArgumentException($"{length} tokens do not fit in {pages.Length} pages of {PageSize} tokens.", nameof(pages));

        ReadOnlySpan<int> table = pages.Span;
        for (int position = computedTokens; position < length; position++)
            _slotMapping.Add(((long)table[position / PageSize] * PageSize) + (position % PageSize));

        _queryStartLoc.Add(checked(_queryStartLoc[^1] + newTokens));
        _seqLens.Add(length);
        _pages.Add(pages);
    }

    /// <summary>The batch of the requests added since the last <see cref="Clear"/>.</summary>
    /// <param name="causal">Whether a query sees only keys up to its own position.</param>
    /// <param name="commonPrefixLength">See <see cref="AttentionBatch.CommonPrefixLength"/>.</param>
    public AttentionBatch Build(bool causal = true, int commonPrefixLength = 0)
    {
        int maxBlocks = 0;
        foreach (int length in CollectionsMarshal.AsSpan(_seqLens))
            maxBlocks = Math.Max(maxBlocks, (int)(((long)length + PageSize - 1) / PageSize));

        int entries = checked(_pages.Count * maxBlocks);
        if (_blockTable.Length < entries)
            _blockTable = new int[Math.Max(entries, 2 * _blockTable.Length)];

        for (int request = 0; request < _pages.Count; request++)
        {
            Span<int> row = _blockTable.AsSpan(request * maxBlocks, maxBlocks);
            ReadOnlySpan<int> pages = _pages[request].Span;
            pages[..Math.Min(pages.Length, maxBlocks)].CopyTo(row);
            row[Math.Min(pages.Length, maxBlocks)..].Fill(-1);
        }

        return new AttentionBatch
        {
            QueryStartLoc = _queryStartLoc.ToArray(),
            SeqLens = _seqLens.ToArray(),
            BlockTable = _blockTable.AsMemory(0, entries),
            MaxBlocks = maxBlocks,
            SlotMapping = _slotMapping.ToArray(),
            Causal = causal,
            TreeAncestors = _hasTree ? _treeAncestors.ToArray() : default,
            CommonPrefixLength = commonPrefixLength,
        };
    }
}
