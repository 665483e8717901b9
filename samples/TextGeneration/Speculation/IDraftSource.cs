namespace TextGeneration.Speculation;

/// <summary>Guesses how texts go on.</summary>
internal interface IDraftSource
{
    /// <summary>Drafts continuations of a text.</summary>
    /// <param name="text">The tokens so far: at least one.</param>
    /// <param name="maxDepth">The most tokens of a continuation: at least 1.</param>
    /// <returns>A tree whose root is the text's last token, and nothing but that where there is no guess.</returns>
    DraftTree Draft(ReadOnlySpan<int> text, int maxDepth);
}
