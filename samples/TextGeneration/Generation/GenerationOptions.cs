namespace TextGeneration.Generation;

/// <summary>How answers are generated.</summary>
internal sealed record GenerationOptions
{
    /// <summary>The most tokens of an answer.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>Whether answers go on after a token that ends them, up to <see cref="MaxTokens"/>.</summary>
    public bool IgnoreEndOfText { get; init; }

    /// <summary>0 takes the likeliest token; above, tokens are drawn from softmax(logits / temperature).</summary>
    public double Temperature { get; init; }

    /// <summary>The seed of the draws. A prompt's draws depend on it and on the prompt's place, not on the other prompts.</summary>
    public int Seed { get; init; }

    /// <summary>The most requests that run at once.</summary>
    public int MaxBatch { get; init; } = 64;

    /// <summary>The most new tokens of a step; a longer prompt runs alone.</summary>
    public int MaxStepTokens { get; init; } = 8192;
}
