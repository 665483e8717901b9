namespace TextGeneration.Generation;

/// <summary>A token that was generated.</summary>
/// <param name="Prompt">The place of the prompt among the prompts.</param>
/// <param name="Id">The token.</param>
/// <param name="Finish">Why the answer ends with this token, or <see cref="FinishReason.None"/>.</param>
internal readonly record struct GeneratedToken(int Prompt, int Id, FinishReason Finish);

/// <summary>Why an answer ended.</summary>
internal enum FinishReason
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>The model ended it.</summary>
    Stop,

    /// <summary>It reached the most tokens asked for, or the end of the model's context.</summary>
    Length,
}
