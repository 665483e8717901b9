namespace AttentionGen.Libtorch.Gathered;

/// <summary>How a batch is cut into varlen calls, for layers of one sliding window.</summary>
internal sealed class VarlenSchedule : IDisposable
{
    private VarlenSchedule(VarlenStep? prefix, VarlenStep[] steps, RowSelection? empty)
    {
        Prefix = prefix;
        Steps = steps;
        Empty = empty;
    }

    /// <summary>All rows over the keys that all requests share; null where the steps have all keys.</summary>
    public VarlenStep? Prefix { get; }

    /// <summary>The requests, all together or those of one query apart.</summary>
    public VarlenStep[] Steps { get; }

    /// <summary>The query rows that see no key; null where there are none.</summary>
    public RowSelection? Empty { get; }

    public static VarlenSchedule Create(GatheredBatch batch, int window, bool sharesPrefix, bool decodesApart, AttentionDevice device)
    {
        List<VarlenStep> steps = [];
        int skipped = sharesPrefix ? batch.CommonPrefixLength : 0;
        GatheredRequest[] requests = [.. batch.Requests.Where(static request => request.Keys > 0)];
        foreach (var group in requests.GroupBy(request => decodesApart && request.Queries == 1))
            steps.Add(VarlenStep.Create([.. group], batch, window, skipped, device));
        return new VarlenSchedule(
            sharesPrefix && requests.Length > 0 ? VarlenStep.CreatePrefix(batch, device) : null, [.. steps], EmptyRows.Find(batch, window, device));
    }

    public void Dispose()
    {
        Prefix?.Dispose();
        foreach (VarlenStep step in Steps)
            step.Dispose();
        Empty?.Dispose();
    }
}
