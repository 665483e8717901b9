namespace AttentionGen;

/// <summary>What a model and a device ask of attention: the whole input of the selector.</summary>
public sealed record AttentionRequest
{
    /// <summary>The device, described.</summary>
    public required AttentionDevice Device { get; init; }

    /// <summary>The element type of queries, keys, values and output.</summary>
    public required ElementType ElementType { get; init; }

    /// <summary>The size of a query and key head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The number of query heads.</summary>
    public required int QueryHeads { get; init; }

    /// <summary>The number of key and value heads; divides <see cref="QueryHeads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>The size of a value head; null: that of a key head.</summary>
    public int? ValueHeadSize { get; init; }

    /// <summary>The element type of the KV cache; null: <see cref="ElementType"/>.</summary>
    public ElementType? CacheElementType { get; init; }

    /// <summary>The page size in tokens; null: whichever the backend likes.</summary>
    public int? PageSize { get; init; }

    /// <summary>The role in the model: exactly one.</summary>
    public AttentionTypes Type { get; init; } = AttentionTypes.Decoder;

    /// <summary>What a row of the cache holds.</summary>
    public AttentionForm Form { get; init; }

    /// <summary>The features that the model needs.</summary>
    public AttentionFeatures Features { get; init; }

    /// <summary>The backend that must be used, by name in any case; null: choose.</summary>
    public string? Backend { get; init; }

    /// <summary>Throws where the request contradicts itself.</summary>
    /// <exception cref="ArgumentException">
    /// A size is not positive, the heads do not divide, or a feature has no meaning for the role in the model.
    /// </exception>
    public void Validate()
    {
        ThrowIfNotPositive(HeadSize, nameof(HeadSize));
        ThrowIfNotPositive(QueryHeads, nameof(QueryHeads));
        ThrowIfNotPositive(KeyValueHeads, nameof(KeyValueHeads));
        ThrowIfNotPositive(ValueHeadSize ?? 1, nameof(ValueHeadSize));
        ThrowIfNotPositive(PageSize ?? 1, nameof(PageSize));
        if (QueryHeads % KeyValueHeads != 0)
        {
            throw new ArgumentException(
                $"{QueryHeads} query heads cannot share {KeyValueHeads} KV heads: the number of query heads must be a multiple of the number of KV heads.");
        }

        const AttentionFeatures ByPosition = AttentionFeatures.SlidingWindow | AttentionFeatures.Alibi | AttentionFeatures.TreeMask;
        if (Type == AttentionTypes.CrossAttention && (Features & ByPosition) != 0)
        {
            throw new ArgumentException(
                $"The request asks {Features & ByPosition} of cross-attention, whose queries and keys have no common positions. Ask for neither {ByPosition}.");
        }

        if (Type is AttentionTypes.Encoder or AttentionTypes.EncoderOnly && (Features & AttentionFeatures.TreeMask) != 0)
            throw new ArgumentException("The request asks a tree mask of an encoder. Trees of speculated tokens are a decoder's.");
        if (Type is not (AttentionTypes.Decoder or AttentionTypes.Encoder or AttentionTypes.EncoderOnly or AttentionTypes.CrossAttention))
            throw new ArgumentException($"The request's {nameof(Type)} is '{Type}'. It must be exactly one of Decoder, Encoder, EncoderOnly and CrossAttention.");
    }

    private static void ThrowIfNotPositive(int value, string name)
    {
        if (value <= 0)
            throw new ArgumentException($"The request's {name} is {value}. It must be at least 1.");
    }
}
