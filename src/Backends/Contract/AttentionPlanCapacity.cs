namespace AttentionGen;

/// <summary>
/// The largest batches that a plan is for. A plan that has one keeps its memory in place, so that a captured graph can be
/// replayed with whatever batch it covers; without one a plan grows as batches do, until it is captured.
/// </summary>
public sealed record AttentionPlanCapacity
{
    /// <summary>The most requests of a batch.</summary>
    public required int Requests { get; init; }

    /// <summary>The most query rows of a batch, and new keys.</summary>
    public required int Tokens { get; init; }

    /// <summary>The most keys of a request, those of the step included.</summary>
    public required int KeysPerRequest { get; init; }

    /// <summary>
    /// The most queries of a request; null: as many as there are tokens. With 1, a captured step of decodes has no launches for prompts.
    /// </summary>
    public int? QueriesPerRequest { get; init; }

    internal void Validate()
    {
        foreach ((int value, string name) in (ReadOnlySpan<(int, string)>)[(Requests, nameof(Requests)), (Tokens, nameof(Tokens)), (KeysPerRequest, nameof(KeysPerRequest)), (QueriesPerRequest ?? 1, nameof(QueriesPerRequest))])
        {
            if (value <= 0)
                throw new ArgumentException($"The capacity's {name} is {value}. It must be at least 1.");
        }
    }

    /// <summary>Throws where a batch is larger.</summary>
    internal void ThrowIfExceeded(AttentionBatch batch)
    {
        int keys = 0;
        foreach (int length in batch.SeqLens.Span)
            keys = Math.Max(keys, length);
        int rows = Math.Max(batch.TokenCount, batch.SlotMapping.Length), queries = 0;
        ReadOnlySpan<int> starts = batch.QueryStartLoc.Span;
        for (int request = 1; request < starts.Length; request++)
            queries = Math.Max(queries, starts[request] - starts[request - 1]);
        if (batch.RequestCount > Requests || rows > Tokens || keys > KeysPerRequest)
        {
            throw new ArgumentException(
                $"The batch has {batch.RequestCount} requests, {rows} rows and up to {keys} keys a request. The plan was made for {Requests}, {Tokens} and {KeysPerRequest}: split the batch, or make a plan of a larger Capacity.");
        }

        if (queries > QueriesPerRequest)
            throw new ArgumentException($"The batch has up to {queries} queries a request. The plan was made for {QueriesPerRequest}: split the batch, or make a plan of a larger Capacity.");
    }
}
