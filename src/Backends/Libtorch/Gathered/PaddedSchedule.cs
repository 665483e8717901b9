namespace AttentionGen.Libtorch.Gathered;

/// <summary>How a batch is cut into padded calls, for layers of one sliding window.</summary>
internal sealed class PaddedSchedule : IDisposable
{
    private PaddedSchedule(PaddedCall[] calls, RowSelection? empty)
    {
        Calls = calls;
        Empty = empty;
    }

    /// <summary>Requests of one query together, others of few queries by their number, the rest one by one.</summary>
    public PaddedCall[] Calls { get; }

    /// <summary>The query rows that see no key; null where there are none.</summary>
    public RowSelection? Empty { get; }

    public static PaddedSchedule Create(GatheredBatch batch, int window, bool needsPositions, ShapeRounding rounding, AttentionDevice device)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        List<PaddedCall> calls = [];
        foreach (GatheredRequest[] group in Group(batch, window))
            calls.Add(PaddedCall.Create(group, batch, window, needsPositions, rounding, device));
        return new PaddedSchedule([.. calls], EmptyRows.Find(batch, window, device));
    }

    public void Dispose()
    {
        foreach (PaddedCall call in Calls)
            call.Dispose();
        Empty?.Dispose();
    }

    private static IEnumerable<GatheredRequest[]> Group(GatheredBatch batch, int window)
    {
        static bool IsShort(GatheredRequest request) => request.Queries <= PaddedCall.MaxFoldedQueries;
        static bool IsAlone(GatheredBatch batch, GatheredRequest request) =>
            !IsShort(request) || (request.Queries > 1 && !request.IsTree && batch.HasOnlyNewKeys(request));

        foreach (GatheredRequest request in batch.Requests)
        {
            if (request.Keys > 0 && IsAlone(batch, request))
                yield return [request];
        }

        // By the number of queries, longest first; a group ends where padding would make a request's gather more than a
        // third longer.
        GatheredRequest[] sorted =
        [
            .. batch.Requests
                .Where(request => request.Keys > 0 && !IsAlone(batch, request))
                .OrderBy(static request => request.Queries)
                .ThenByDescending(static request => request.Keys)
                .ThenBy(static request => request.FirstRow),
        ];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            long longest = sorted[start].Keys - sorted[start].FirstKey(window);
            for (end = start + 1;
                end < sorted.Length && sorted[end].Queries == sorted[start].Queries && 4L * (sorted[end].Keys - sorted[end].FirstKey(window)) >= 3L * longest;
                end++)
            {
            }

            yield return [.. sorted[start..end].OrderBy(static request => request.FirstRow)];
        }
    }
}
