namespace TextGeneration.Generation;

/// <summary>What a step computes.</summary>
internal enum StepKind
{
    /// <summary>One new token of each request.</summary>
    Decode,

    /// <summary>Draft tokens too, but no prompt of several tokens.</summary>
    Draft,

    /// <summary>At least one prompt of several tokens.</summary>
    Prompt,
}
