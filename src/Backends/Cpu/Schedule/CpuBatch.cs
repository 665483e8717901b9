using System.Numerics;

namespace AttentionGen.Cpu;

/// <summary>A copy of a step's batch, with what follows from it for a query.</summary>
internal sealed class CpuBatch
{
    private int[] _queryStartLoc = [];
    private int[] _seqLens = [];
    private int[] _blockTable = [];
    private long[] _slotMapping = [];
    private ulong[] _ancestors = [];
    private int _slots;
    private bool _hasTree;

    public int RequestCount { get; private set; }

    public int TokenCount => _queryStartLoc[RequestCount];

    public bool Causal { get; private set; }

    public bool KeysInCache { get; private set; }

    public int CommonPrefixLength { get; private set; }

    /// <summary>[B + 1].</summary>
    public ReadOnlySpan<int> QueryStartLoc => _queryStartLoc.AsSpan(0, RequestCount + 1);

    /// <summary>[B].</summary>
    public ReadOnlySpan<int> SeqLens => _seqLens.AsSpan(0, RequestCount);

    /// <summary>The new tokens that each query sees, as bits: [T], or empty where no request is a tree.</summary>
    public ReadOnlySpan<ulong> TreeAncestors => _hasTree ? _ancestors.AsSpan(0, TokenCount) : [];

    /// <summary>Where each new key goes, or -1.</summary>
    public ReadOnlySpan<long> SlotMapping => _slotMapping.AsSpan(0, _slots);

    public int MaxBlocks { get; private set; }

    public void CopyFrom(AttentionBatch batch)
    {
        RequestCount = batch.RequestCount;
        Causal = batch.Causal;
        KeysInCache = batch.KeysInCache;
        CommonPrefixLength = batch.CommonPrefixLength;
        MaxBlocks = batch.MaxBlocks;
        _slots = batch.SlotMapping.Length;
        _hasTree = !batch.TreeAncestors.IsEmpty;
        Copy(batch.QueryStartLoc.Span, ref _queryStartLoc);
        Copy(batch.SeqLens.Span, ref _seqLens);
        Copy(batch.BlockTable.Span, ref _blockTable);
        Copy(batch.SlotMapping.Span, ref _slotMapping);
        Copy(batch.TreeAncestors.Span, ref _ancestors);
    }

    /// <summary>The index of a request's first query among the rows of the step.</summary>
    public int FirstToken(int request) => _queryStartLoc[request];

    public int QueryCount(int request) => _queryStartLoc[request + 1] - _queryStartLoc[request];

    public int KeyCount(int request) => _seqLens[request];

    /// <summary>The pages of a request.</summary>
    public ReadOnlySpan<int> Pages(int request) => _blockTable.AsSpan(request * MaxBlocks, MaxBlocks);

    /// <summary>Whether the request's queries form a tree.</summary>
    public bool IsTree(int request) => _hasTree && QueryCount(request) > 0 && _ancestors[_queryStartLoc[request]] != 0;

    /// <summary>The new tokens that a query of a tree sees, as bits.</summary>
    public ulong Ancestors(int request, int query) => _ancestors[_queryStartLoc[request] + query];

    /// <summary>The position of a query: its place among the keys, or its depth below them in a tree.</summary>
    public int Position(int request, int query)
    {
        int first = _seqLens[request] - QueryCount(request);
        return IsTree(request) ? first + BitOperations.PopCount(Ancestors(request, query)) - 1 : first + query;
    }

    /// <summary>The range of keys in which all that a query sees lie; in a tree it does not see all of them.</summary>
    public (int First, int End) VisibleKeys(int request, int query, int window)
    {
        int keys = _seqLens[request], position = Position(request, query);
        int first = window == int.MaxValue ? 0 : Math.Max(0, position - window + 1);
        if (IsTree(request))
        {
            int computed = keys - QueryCount(request);
            return (Math.Min(first, computed), computed + query + 1);
        }

        int end = Causal ? Math.Min(keys, position + 1) : window == int.MaxValue ? keys : (int)Math.Clamp((long)position + window, 0, keys);
        return (Math.Min(first, Math.Max(end, 0)), Math.Max(end, 0));
    }

    private static void Copy<T>(ReadOnlySpan<T> source, ref T[] target)
    {
        if (target.Length < source.Length)
            target = new T[Math.Max(source.Length, target.Length * 2)];
        source.CopyTo(target);
    }
}
