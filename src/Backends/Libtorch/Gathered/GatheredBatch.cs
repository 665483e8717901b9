namespace AttentionGen.Libtorch.Gathered;

/// <summary>A copy of a batch's requests in the form that schedules are made from.</summary>
/// <param name="Requests">The requests that have a query.</param>
/// <param name="Causal">Whether a query sees only keys up to its own position.</param>
/// <param name="KeysAreQueries">
/// Whether row i of the step's keys belongs to the token of query row i and is read as it is stored, so that a request all
/// of whose keys are new need not be gathered.
/// </param>
/// <param name="Span">More than the distance of any query from any key.</param>
/// <param name="TokenCount">The number of query rows.</param>
/// <param name="CommonPrefixLength">The number of leading keys that all requests share.</param>
internal sealed record GatheredBatch(
    GatheredRequest[] Requests, bool Causal, bool KeysAreQueries, int Span, int TokenCount, int CommonPrefixLength)
{
    public static GatheredBatch Create(AttentionBatch batch, KeyValueCacheOptions cache)
    {
        ReadOnlySpan<int> starts = batch.QueryStartLoc.Span;
        ReadOnlySpan<int> lengths = batch.SeqLens.Span;
        List<GatheredRequest> requests = new(batch.RequestCount);
        int span = 1;
        for (int i = 0; i < batch.RequestCount; i++)
        {
            int queries = starts[i + 1] - starts[i];
            if (queries == 0)
                continue;

            span = Math.Max(span, Math.Max(queries, lengths[i]));
            int[]? pages = batch.KeysInCache
                ? batch.BlockTable.Slice(i * batch.MaxBlocks, (lengths[i] + cache.PageSize - 1) / cache.PageSize).ToArray()
                : null;
            ulong[] ancestors = batch.TreeAncestors.IsEmpty ? [] : batch.TreeAncestors.Slice(starts[i], queries).ToArray();
            requests.Add(new GatheredRequest(i, starts[i], queries, lengths[i], pages, cache.PageSize, ancestors.AsSpan().ContainsAnyExcept(0UL) ? ancestors : []));
        }

        // Only a causal batch is sure to store its queries' own keys: cross attention stores an encoder's. An 8-bit cache
        // gives back other keys than it was given, and all steps are to see the same ones.
        bool keysAreQueries = !batch.KeysInCache
            || (batch.Causal && batch.SlotMapping.Length == batch.TokenCount && cache.ElementType.SizeInBytes() > 1);
        return new GatheredBatch([.. requests], batch.Causal, keysAreQueries, span, batch.TokenCount, batch.CommonPrefixLength);
    }

    /// <summary>Whether all keys of a request are rows of the step's keys, in the order of its queries.</summary>
    public bool HasOnlyNewKeys(GatheredRequest request) => KeysAreQueries && request.Context == 0;
}
