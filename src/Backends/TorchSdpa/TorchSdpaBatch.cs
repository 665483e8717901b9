namespace AttentionGen.TorchSdpa;

/// <summary>A copy of a batch's requests in the form that schedules are made from.</summary>
/// <param name="Requests">The requests that have a query.</param>
/// <param name="Causal">Whether a query sees only keys up to its own position.</param>
/// <param name="MaxKeys">The number of keys of the longest request.</param>
/// <param name="TokenCount">The number of query rows.</param>
/// <param name="KeysAreQueries">Whether row i of the new keys belongs to the token of query row i.</param>
internal sealed record TorchSdpaBatch(
    TorchSdpaRequest[] Requests, bool Causal, int MaxKeys, int TokenCount, bool KeysAreQueries)
{
    public static TorchSdpaBatch Create(AttentionBatch batch, int pageSize)
    {
        ReadOnlySpan<int> starts = batch.QueryStartLoc.Span;
        ReadOnlySpan<int> lengths = batch.SeqLens.Span;
        List<TorchSdpaRequest> requests = new(batch.RequestCount);
        int maxKeys = 0;
        for (int i = 0; i < batch.RequestCount; i++)
        {
            int queries = starts[i + 1] - starts[i];
            if (queries == 0)
                continue;

            maxKeys = Math.Max(maxKeys, lengths[i]);
            int[] pages = batch.BlockTable.Slice(i * batch.MaxBlocks, (lengths[i] + pageSize - 1) / pageSize).ToArray();
            requests.Add(new TorchSdpaRequest(starts[i], queries, lengths[i], pages, pageSize));
        }

        return new TorchSdpaBatch([.. requests], batch.Causal, maxKeys, batch.TokenCount, batch.SlotMapping.Length == batch.TokenCount);
    }
}
