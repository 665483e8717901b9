namespace AttentionGen.Flex;

/// <summary>For what scores a <see cref="BlockMask"/> is made, and the blocks it is made of.</summary>
public sealed record BlockMaskShape
{
    /// <summary>The number of requests.</summary>
    public int Requests { get; init; } = 1;

    /// <summary>Hq, the number of query heads: a multiple of <see cref="KeyValueHeads"/>.</summary>
    public int QueryHeads { get; init; } = 1;

    /// <summary>Hkv, the number of KV heads.</summary>
    public int KeyValueHeads { get; init; } = 1;

    /// <summary>The number of queries of each request: its last positions, so that query i of n stands at <see cref="Keys"/> - n + i.</summary>
    public required int Queries { get; init; }

    /// <summary>The number of keys of each request, those of its queries included.</summary>
    public required int Keys { get; init; }

    /// <summary>Whether a query sees only keys up to its own position, as in a causal batch.</summary>
    public bool Causal { get; init; }

    /// <summary>The number of queries of a block.</summary>
    public int QueryBlockSize { get; init; } = 128;

    /// <summary>The number of keys of a block.</summary>
    public int KeyBlockSize { get; init; } = 128;

    internal void Validate()
    {
        ThrowUnlessPositive(Requests, nameof(Requests));
        ThrowUnlessPositive(QueryHeads, nameof(QueryHeads));
        ThrowUnlessPositive(KeyValueHeads, nameof(KeyValueHeads));
        ThrowUnlessPositive(Queries, nameof(Queries));
        ThrowUnlessPositive(Keys, nameof(Keys));
        ThrowUnlessPositive(QueryBlockSize, nameof(QueryBlockSize));
        ThrowUnlessPositive(KeyBlockSize, nameof(KeyBlockSize));
        if (QueryHeads % KeyValueHeads != 0)
            throw new ArgumentException($"There are {QueryHeads} query heads and {KeyValueHeads} KV heads. The first must be a multiple of the second.");
        if (Queries > Keys)
            throw new ArgumentException($"There are {Queries} queries and {Keys} keys. A request's keys include those of its queries.");
    }

    private static void ThrowUnlessPositive(int value, string name)
    {
        if (value <= 0)
            throw new ArgumentException($"The block mask's {name} is {value}. It must be at least 1.");
    }
}
