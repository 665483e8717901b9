namespace AttentionGen.Flex;

/// <summary>A block of scores: of one request, for all combinations of some heads, queries and keys. Ends are included.</summary>
internal readonly record struct ScoreRegion
{
    public required int Request { get; init; }

    public required int FirstHead { get; init; }

    public required int LastHead { get; init; }

    public required int HeadsPerKeyValueHead { get; init; }

    public required int FirstQuery { get; init; }

    public required int LastQuery { get; init; }

    public required int FirstKey { get; init; }

    public required int LastKey { get; init; }
}
