namespace AttentionGen;

/// <summary>The shape of the batches that a plan schedules.</summary>
public sealed record AttentionPlanOptions
{
    /// <summary>The options of the cache that the batches' pages lie in.</summary>
    public required KeyValueCacheOptions Cache { get; init; }

    /// <summary>Hq, the number of query heads.</summary>
    public required int QueryHeads { get; init; }

    /// <summary>The largest batches that the plan is for; null: any. Needed where a graph is captured and replayed with other batches.</summary>
    public AttentionPlanCapacity? Capacity { get; init; }
}
