namespace AttentionGen;

/// <summary>The tensors of one forward pass of one layer. Borrowed: they belong to the caller.</summary>
public readonly struct AttentionOperands
{
    /// <summary>Queries: [T, Hq, D].</summary>
    public required TensorView Query { get; init; }

    /// <summary>Keys of the new tokens: [new keys, Hkv, D]; undefined where nothing new is stored.</summary>
    public TensorView Key { get; init; }

    /// <summary>
    /// Values of the new tokens: [new keys, Hkv, Dv]; undefined where nothing new is stored, and for a latent cache, whose
    /// row holds both.
    /// </summary>
    public TensorView Value { get; init; }

    /// <summary>Where the result goes: [T, Hq, Dv].</summary>
    public required TensorView Output { get; init; }

    /// <summary>
    /// Where the natural log-sum-exp of each row's scores goes: float32 [Hq, T], minus infinity for a row without keys;
    /// undefined where it is not wanted.
    /// </summary>
    public TensorView LogSumExp { get; init; }
}
