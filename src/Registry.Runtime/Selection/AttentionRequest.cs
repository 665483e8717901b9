namespace AttentionGen;

/// <summary>
/// What a model and a device ask of attention: the whole input of the selector. Whatever a backend could drop silently is
/// part of it: a feature that is asked for is either supported or a reason against the backend.
/// </summary>
public sealed record AttentionRequest
{
    /// <summary>The device, described.</summary>
    public required AttentionDevice Device { get; init; }

    /// <summary>The element type of queries, keys, values and output.</summary>
    public required ElementType ElementType { get; init; }

    /// <summary>The size of a query and key head; of latent attention that of a row of the cache, 576 for DeepSeek-V3.</summary>
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

    /// <summary>For which batches forward passes will be captured in CUDA graphs.</summary>
    public GraphCaptureLevel GraphCapture { get; init; }

    /// <summary>The part of generation that the backend is for.</summary>
    public AttentionPhase Phase { get; init; }

    /// <summary>The layer that the backend is for, from 0; null: all layers of <see cref="LayerKind"/>.</summary>
    public int? Layer { get; init; }

    /// <summary>How many requests a step is expected to have; only a measured ranking looks at it. Null: 16.</summary>
    public int? ExpectedRequests { get; init; }

    /// <summary>How many keys a request is expected to have; only a measured ranking looks at it. Null: 4096.</summary>
    public int? ExpectedContextLength { get; init; }

    /// <summary>The backend that must be used, by name in any case; null: choose.</summary>
    public string? Backend { get; init; }

    /// <summary>The kind of layer, by which configuration can choose: it follows from role, form and window.</summary>
    public AttentionLayerKind LayerKind
    {
        get
        {
            bool window = (Features & AttentionFeatures.SlidingWindow) != 0;
            return Type switch
            {
                AttentionTypes.EncoderOnly => AttentionLayerKind.EncoderOnly,
                AttentionTypes.CrossAttention => AttentionLayerKind.CrossAttention,
                _ when Form != AttentionForm.MultiHead =>
                    window ? AttentionLayerKind.SlidingWindowMultiHeadLatent : AttentionLayerKind.MultiHeadLatent,
                _ => window ? AttentionLayerKind.SlidingWindow : AttentionLayerKind.FullAttention,
            };
        }
    }

    /// <summary>
    /// <see cref="QueryHeads"/> / <see cref="KeyValueHeads"/>: the query heads that share a KV head. 0 where there is no KV head,
    /// which <see cref="Validate"/> refuses.
    /// </summary>
    public int GroupSize => KeyValueHeads == 0 ? 0 : QueryHeads / KeyValueHeads;

    /// <summary><see cref="CacheElementType"/>, or <see cref="ElementType"/> where it is null.</summary>
    internal ElementType EffectiveCacheElementType => CacheElementType ?? ElementType;

    /// <summary>All that is asked: <see cref="Features"/>, and values of another size where they are.</summary>
    internal AttentionFeatures EffectiveFeatures =>
        ValueHeadSize is int size && size != HeadSize ? Features | AttentionFeatures.ValueHeadSize : Features;

    /// <summary>Throws where the request contradicts itself.</summary>
    /// <exception cref="InvalidAttentionRequestException">
    /// A size is not positive, the heads do not divide, a member of an enum is unknown, or a feature has no meaning for the
    /// role in the model.
    /// </exception>
    public void Validate()
    {
        ThrowIfNotPositive(HeadSize, nameof(HeadSize));
        ThrowIfNotPositive(QueryHeads, nameof(QueryHeads));
        ThrowIfNotPositive(KeyValueHeads, nameof(KeyValueHeads));
        ThrowIfNotPositive(ValueHeadSize ?? 1, nameof(ValueHeadSize));
        ThrowIfNotPositive(PageSize ?? 1, nameof(PageSize));
        ThrowIfNotPositive(ExpectedRequests ?? 1, nameof(ExpectedRequests));
        ThrowIfNotPositive(ExpectedContextLength ?? 1, nameof(ExpectedContextLength));
        if (Layer < 0)
            throw new InvalidAttentionRequestException($"The request's {nameof(Layer)} is {Layer}. Layers are counted from 0.");
        if (QueryHeads % KeyValueHeads != 0)
        {
            throw new InvalidAttentionRequestException(
                $"{QueryHeads} query heads cannot share {KeyValueHeads} KV heads: the number of query heads must be a multiple of the number of KV heads.");
        }

        ThrowIfUndefined(Device.Kind, DeviceKind.Tpu, nameof(Device));
        ThrowIfUndefined(ElementType, ElementType.Boolean, nameof(ElementType));
        ThrowIfUndefined(EffectiveCacheElementType, ElementType.Boolean, nameof(CacheElementType));
        ThrowIfUndefined(Form, AttentionForm.SparseMultiHeadLatent, nameof(Form));
        ThrowIfUndefined(GraphCapture, GraphCaptureLevel.Always, nameof(GraphCapture));
        ThrowIfUndefined(Phase, AttentionPhase.Draft, nameof(Phase));
        if ((Features & ~AllFeatures) != 0)
            throw new InvalidAttentionRequestException($"The request's {nameof(Features)} has bits that are no feature: {Features & ~AllFeatures}.");
        if (Type is not (AttentionTypes.Decoder or AttentionTypes.Encoder or AttentionTypes.EncoderOnly or AttentionTypes.CrossAttention))
            throw new InvalidAttentionRequestException($"The request's {nameof(Type)} is '{Type}'. It must be exactly one of Decoder, Encoder, EncoderOnly and CrossAttention.");
        ValidateFeatures();
    }

    /// <summary>Whether all members are equal; texts are compared as they are.</summary>
    /// <param name="other">The other request.</param>
    public bool Equals(AttentionRequest? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && HeadSize == other.HeadSize && QueryHeads == other.QueryHeads && KeyValueHeads == other.KeyValueHeads
            && ElementType == other.ElementType && CacheElementType == other.CacheElementType && ValueHeadSize == other.ValueHeadSize
            && PageSize == other.PageSize && Type == other.Type && Form == other.Form && Features == other.Features
            && GraphCapture == other.GraphCapture && Phase == other.Phase && Layer == other.Layer
            && ExpectedRequests == other.ExpectedRequests && ExpectedContextLength == other.ExpectedContextLength
            && Device.Equals(other.Device) && string.Equals(Backend, other.Backend, StringComparison.Ordinal));

    /// <inheritdoc/>
    // The numbers, by which the requests of one application differ: selections are found by it on every call. No text.
    public override int GetHashCode()
    {
        uint hash = (uint)HeadSize * 31;
        hash = (hash ^ (uint)QueryHeads) * 0x9E3779B1;
        hash = (hash ^ (uint)KeyValueHeads) * 0x27D4EB2F;
        hash = (hash ^ (uint)Features) * 0x85EBCA77;
        hash = (hash ^ (uint)((PageSize ?? 0) + ((Layer ?? -1) << 8) + ((int)Phase << 24) + ((int)GraphCapture << 28))) * 0xC2B2AE3D;
        hash = (hash ^ (uint)((ExpectedRequests ?? 0) + ((ExpectedContextLength ?? 0) << 10))) * 0x165667B1;
        hash ^= (uint)(((int)Device.Kind << 8) + Device.ComputeCapability + ((int)ElementType << 16) + ((int)EffectiveCacheElementType << 20) + ((int)Type << 24));
        return (int)(hash ^ (hash >> 15));
    }

    private const AttentionFeatures AllFeatures = (AttentionFeatures)((2 * (int)AttentionFeatures.DeviceQueryLengths) - 1);

    private void ValidateFeatures()
    {
        const AttentionFeatures ByPosition = AttentionFeatures.SlidingWindow | AttentionFeatures.Alibi | AttentionFeatures.TreeMask;
        if (Type == AttentionTypes.CrossAttention && (Features & ByPosition) != 0)
        {
            throw new InvalidAttentionRequestException(
                $"The request asks {Features & ByPosition} of cross-attention, whose queries and keys have no common positions. Ask for neither {ByPosition}.");
        }

        if (Type is AttentionTypes.Encoder or AttentionTypes.EncoderOnly && (Features & AttentionFeatures.TreeMask) != 0)
            throw new InvalidAttentionRequestException("The request asks a tree mask of an encoder. Trees of speculated tokens are a decoder's.");
        if ((Features & AttentionFeatures.PackedLatentCache) != 0 && Form == AttentionForm.MultiHead)
        {
            throw new InvalidAttentionRequestException(
                $"The request asks {nameof(AttentionFeatures.PackedLatentCache)} of {Form} attention, which has no latent rows. Ask for it with {nameof(AttentionForm.MultiHeadLatent)} or {nameof(AttentionForm.SparseMultiHeadLatent)}.");
        }
    }

    private static void ThrowIfNotPositive(int value, string name)
    {
        if (value <= 0)
            throw new InvalidAttentionRequestException($"The request's {name} is {value}. It must be at least 1.");
    }

    private static void ThrowIfUndefined<T>(T value, T last, string name)
        where T : struct, Enum
    {
        if (Comparer<T>.Default.Compare(value, default) < 0 || Comparer<T>.Default.Compare(value, last) > 0)
            throw new InvalidAttentionRequestException($"The request's {name} is {value}, which is no member of {typeof(T).Name}. Accepted: {string.Join(", ", Enum.GetNames<T>())}.");
    }
}
