namespace TextGeneration.Speculation;

/// <summary>How continuations are drafted.</summary>
internal sealed record SpeculationOptions
{
    /// <summary>The most tokens of a continuation.</summary>
    public required int DraftTokens { get; init; }

    /// <summary>The most continuations that are drafted for one step of a request.</summary>
    public int Branches { get; init; } = 3;

    /// <summary>The most tokens at the text's end that are looked up.</summary>
    public int LongestNgram { get; init; } = 3;

    /// <summary>The fewest tokens at the text's end that are looked up.</summary>
    public int ShortestNgram { get; init; } = 1;

    /// <summary>
    /// Whether drafts may branch, for which the attention backend needs a tree mask. A single continuation is attended
    /// causally, as a part of a prompt is.
    /// </summary>
    public bool NeedsTreeMask => Branches > 1;
}
