namespace AttentionGen.Soak;

/// <summary>A request of made-up tokens, all of whose values are one number: so must be all of its outputs.</summary>
internal sealed class SoakRequest(float value, int promptLength, int maxLength)
{
    public float Value { get; } = value;

    public int MaxLength { get; } = maxLength;

    /// <summary>The tokens whose keys and values are in the cache.</summary>
    public int Computed { get; set; }

    /// <summary>The tokens of the next step.</summary>
    public int New { get; set; } = promptLength;

    public bool IsDone => Computed >= MaxLength;

    public List<int> Pages { get; } = [];
}
