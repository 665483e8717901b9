using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>Requests end to end: their queries, their keys, and where each request's begin.</summary>
internal sealed class VarlenStep : IDisposable
{
    /// <summary>The query rows, in the order of the requests.</summary>
    public required RowSelection Rows { get; init; }

    /// <summary>The slots to gather, or the rows of the step's keys.</summary>
    public required RowSelection KeyRows { get; init; }

    /// <summary>Whether the keys are the step's own and not the cache's.</summary>
    public required bool KeysAreNew { get; init; }

    /// <summary>Where each request's queries begin among the rows, and their number: int32 [requests + 1].</summary>
    public required Tensor QueryStartLoc { get; init; }

    /// <summary>Where each request's keys begin among the keys, and their number: int32 [requests + 1].</summary>
    public required Tensor KeyStartLoc { get; init; }

    /// <summary>The number of queries of the request that has most.</summary>
    public required int MaxQueries { get; init; }

    /// <summary>The number of keys of the request that has most.</summary>
    public required int MaxKeys { get; init; }

    /// <summary>
    /// Where the rows stand in log-sum-exps that are padded for each request to <see cref="MaxQueries"/>, rounded up to
    /// <see cref="EfficientAttention.LogSumExpAlignment"/>: int64 [rows].
    /// </summary>
    public required Tensor PaddedLogSumExpRows { get; init; }

    /// <summary>Whether a query sees only keys up to its own position, the last ones being a request's queries' own.</summary>
    public required bool IsCausal { get; init; }

    /// <summary>The sliding window, or null.</summary>
    public required int? Window { get; init; }

    /// <summary>The requests' keys from a number of leading ones on.</summary>
    public static VarlenStep Create(IReadOnlyList<GatheredRequest> requests, GatheredBatch batch, int window, int skippedKeys, AttentionDevice device)
    {
        List<long> rows = [], keyRows = [];
        List<int> queryStarts = [0], keyStarts = [0];
        bool isNew = skippedKeys == 0 && requests.All(batch.HasOnlyNewKeys);
        int maxQueries = 0, maxKeys = 0;
        foreach (GatheredRequest request in requests)
        {
            for (int row = 0; row < request.Queries; row++)
                rows.Add(request.FirstRow + row);
            int first = Math.Max(skippedKeys, request.FirstKey(window));
            for (int key = first; key < request.Keys; key++)
                keyRows.Add(isNew ? request.FirstRow + key : request.SlotOf(key));

            queryStarts.Add(rows.Count);
            keyStarts.Add(keyRows.Count);
            maxQueries = Math.Max(maxQueries, request.Queries);
            maxKeys = Math.Max(maxKeys, request.Keys - first);
        }

        return Create(rows, keyRows, isNew, queryStarts, keyStarts, maxQueries, maxKeys, batch.Causal, window, device);
    }

    /// <summary>All rows of a step over the keys that all requests share: one request without causality.</summary>
    public static VarlenStep CreatePrefix(GatheredBatch batch, AttentionDevice device)
    {
        List<long> rows = [], slots = [];
        foreach (GatheredRequest request in batch.Requests)
        {
            for (int row = 0; row < request.Queries; row++)
                rows.Add(request.FirstRow + row);
        }

        for (int key = 0; key < batch.CommonPrefixLength; key++)
            slots.Add(batch.Requests[0].SlotOf(key));
        return Create(rows, slots, isNew: false, [0, rows.Count], [0, slots.Count], rows.Count, slots.Count, causal: false, int.MaxValue, device);
    }

    public void Dispose()
    {
        Rows.Dispose();
        KeyRows.Dispose();
        QueryStartLoc.Dispose();
        KeyStartLoc.Dispose();
        PaddedLogSumExpRows.Dispose();
    }

    private static VarlenStep Create(
        List<long> rows, List<long> keyRows, bool isNew, List<int> queryStarts, List<int> keyStarts, int maxQueries, int maxKeys, bool causal, int window, AttentionDevice device)
    {
        const int Alignment = EfficientAttention.LogSumExpAlignment;
        long padded = (maxQueries + Alignment - 1L) / Alignment * Alignment;
        long[] logSumExpRows = new long[rows.Count];
        for (int request = 0; request + 1 < queryStarts.Count; request++)
        {
            for (int row = queryStarts[request]; row < queryStarts[request + 1]; row++)
                logSumExpRows[row] = (request * padded) + row - queryStarts[request];
        }

        return new VarlenStep
        {
            Rows = RowSelection.Create([.. rows], device),
            KeyRows = RowSelection.Create([.. keyRows], device),
            KeysAreNew = isNew,
            QueryStartLoc = DeviceIndices.Create([.. queryStarts], device).DetachFromDisposeScope(),
            KeyStartLoc = DeviceIndices.Create([.. keyStarts], device).DetachFromDisposeScope(),
            MaxQueries = maxQueries,
            MaxKeys = maxKeys,
            PaddedLogSumExpRows = DeviceIndices.Create(logSumExpRows, device).DetachFromDisposeScope(),
            IsCausal = causal,
            Window = window == int.MaxValue ? null : window,
        };
    }
}
