namespace AttentionGen.Flex;

/// <summary>Where a score stands: of which request, head, query and key it is.</summary>
public sealed class ScorePosition
{
    private ScorePosition()
    {
    }

    internal static ScorePosition Symbols { get; } = new();

    /// <summary>The index of the request in the step's batch: 0 to B - 1.</summary>
    /// <remarks>
    /// A serving loop's batches change from step to step, and with them which request has which index.
    /// </remarks>
    public SymbolicInt Request { get; } = new(SymbolicNode.Request);

    /// <summary>The query head: 0 to Hq - 1.</summary>
    public SymbolicInt Head { get; } = new(SymbolicNode.Head);

    /// <summary>The KV head that the query head reads: 0 to Hkv - 1.</summary>
    public SymbolicInt KeyValueHead { get; } = new(SymbolicNode.KeyValueHead);

    /// <summary>
    /// The query's position in its request. The queries of a step are the request's last positions: query i of n, with s keys,
    /// stands at s - n + i.
    /// </summary>
    public SymbolicInt Query { get; } = new(SymbolicNode.Query);

    /// <summary>The key's position in its request: 0 to s - 1, wherever its page lies.</summary>
    public SymbolicInt Key { get; } = new(SymbolicNode.Key);
}
