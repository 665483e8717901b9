using AttentionGen.Flex;

namespace AttentionGen;

/// <summary>What one attention layer of a model computes.</summary>
public sealed record AttentionLayerOptions
{
    /// <summary>The device that it runs on.</summary>
    public required AttentionDevice Device { get; init; }

    /// <summary>The element type of queries, keys, values and output.</summary>
    public required ElementType ElementType { get; init; }

    /// <summary>The element type of the KV cache; null: <see cref="ElementType"/>.</summary>
    public ElementType? CacheElementType { get; init; }

    /// <summary>Hq, the number of query heads: a multiple of <see cref="KeyValueHeads"/>.</summary>
    public required int QueryHeads { get; init; }

    /// <summary>Hkv, the number of KV heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>D, the size of a query and key head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The size of a value and output head; null: <see cref="HeadSize"/>.</summary>
    public int? ValueHeadSize { get; init; }

    /// <summary>What scores are multiplied by; null: 1 / sqrt(<see cref="HeadSize"/>).</summary>
    public float? Scale { get; init; }

    /// <summary>
    /// w: a query at position p sees keys at p - w + 1 and later, and before p + w where attention is not causal; null: all.
    /// </summary>
    public int? SlidingWindow { get; init; }

    /// <summary>cap: scores become cap * tanh(score / cap); null: they stay.</summary>
    public float? SoftCap { get; init; }

    /// <summary>
    /// The slope of each query head's linear bias by distance (<see href="https://arxiv.org/abs/2108.12409"/>): [Hq]; empty:
    /// none. A query at position p adds -slope * |p - k| to its score of the key at position k, and so slope * (k - p) where
    /// attention is causal. The bias comes after scale and soft cap.
    /// </summary>
    public ReadOnlyMemory<float> AlibiSlopes { get; init; }

    /// <summary>
    /// A logit for each query head that takes part in the softmax's maximum and sum and has no value: [Hq]; empty: none.
    /// Neither scale nor soft cap nor bias apply to it. Log-sum-exps include it, as FlashInfer's do, so that of several
    /// parts to be merged exactly one may have the sinks; that of a row without keys stays minus infinity.
    /// </summary>
    public ReadOnlyMemory<float> Sinks { get; init; }

    /// <summary>
    /// What becomes of scores before the softmax, after <see cref="SoftCap"/> and <see cref="AlibiSlopes"/>; null: they stay.
    /// Traced once, when the layer is made.
    /// </summary>
    public ScoreFunction? ScoreFunction { get; init; }

    /// <summary>
    /// Which keys a query sees, of those that causality and <see cref="SlidingWindow"/> leave it; null: all. Traced once, when
    /// the layer is made.
    /// </summary>
    public MaskFunction? MaskFunction { get; init; }

    /// <summary>
    /// What a stored key is multiplied by when it is read from a cache of an 8-bit type, and divided by when it is stored;
    /// 1 for other caches.
    /// </summary>
    public float KeyScale { get; init; } = 1;

    /// <summary>The same for values.</summary>
    public float ValueScale { get; init; } = 1;

    /// <summary>Whether queries of a decoder see positions after their own in some batch; an encoder's always do.</summary>
    public bool NonCausal { get; init; }

    /// <summary>Whether some batch has <see cref="AttentionBatch.TreeAncestors"/>.</summary>
    public bool TreeMask { get; init; }

    /// <summary>Whether some batch has a <see cref="AttentionBatch.CommonPrefixLength"/>.</summary>
    public bool Cascade { get; init; }

    /// <summary>Whether <c>Forward</c> will be asked for log-sum-exps.</summary>
    public bool LogSumExp { get; init; }

    /// <summary>Whether a request's result must have the same bits whatever else is in the batch.</summary>
    public bool BatchInvariance { get; init; }

    /// <summary>For which batches <c>Forward</c> will be captured in CUDA graphs.</summary>
    public GraphCaptureLevel GraphCapture { get; init; }

    /// <summary>The role in the model: exactly one.</summary>
    public AttentionTypes Type { get; init; } = AttentionTypes.Decoder;

    /// <summary>What a row of the cache holds.</summary>
    public AttentionForm Form { get; init; }

    /// <summary>The scale in force.</summary>
    internal float EffectiveScale => Scale ?? (1f / MathF.Sqrt(HeadSize));

    /// <summary>The same, as the selector is asked.</summary>
    /// <param name="pageSize">The page size, or null.</param>
    public AttentionRequest ToRequest(int? pageSize = null) => new()
    {
        Device = Device,
        ElementType = ElementType,
        CacheElementType = CacheElementType,
        HeadSize = HeadSize,
        ValueHeadSize = ValueHeadSize,
        QueryHeads = QueryHeads,
        KeyValueHeads = KeyValueHeads,
        PageSize = pageSize,
        Type = Type,
        Form = Form,
        Features = Features(),
        GraphCapture = GraphCapture,
    };

    internal void Validate()
    {
        if (Scale is { } scale && !float.IsFinite(scale))
            throw new ArgumentException($"The layer's Scale is {scale}. It must be a finite number.");
        if (SlidingWindow is <= 0)
            throw new ArgumentException($"The layer's SlidingWindow is {SlidingWindow}. It must be at least 1, or null for no window.");
        if (SoftCap is { } cap && !(cap > 0 && float.IsFinite(cap)))
            throw new ArgumentException($"The layer's SoftCap is {cap}. It must be a finite number above 0, or null for none.");
        ValidatePerHead(AlibiSlopes.Span, nameof(AlibiSlopes), static slope => float.IsFinite(slope), "a finite number");
        ValidatePerHead(Sinks.Span, nameof(Sinks), static sink => sink < float.PositiveInfinity, "a number or minus infinity");
        ValidateCacheScale(KeyScale, nameof(KeyScale));
        ValidateCacheScale(ValueScale, nameof(ValueScale));
        ToRequest().Validate();
    }

    private void ValidatePerHead(ReadOnlySpan<float> values, string name, Func<float, bool> isAccepted, string accepted)
    {
        if (values.Length != 0 && values.Length != QueryHeads)
            throw new ArgumentException($"The layer's {name} has {values.Length} entries. It must have one for each of the {QueryHeads} query heads, or none.");
        for (int head = 0; head < values.Length; head++)
        {
            if (!isAccepted(values[head]))
                throw new ArgumentException($"The layer's {name} of head {head} is {values[head]}. It must be {accepted}.");
        }
    }

    private void ValidateCacheScale(float scale, string name)
    {
        if (!(scale > 0 && float.IsFinite(scale)))
            throw new ArgumentException($"The layer's {name} is {scale}. It must be a finite number above 0.");
        if (scale != 1 && (CacheElementType ?? ElementType).SizeInBytes() > 1)
            throw new ArgumentException($"The layer's {name} is {scale}, but its cache holds {CacheElementType ?? ElementType}. Only caches of 8-bit types are scaled; leave it 1.");
    }

    private AttentionFeatures Features()
    {
        AttentionFeatures features = AttentionFeatures.None;
        if (SlidingWindow is not null)
            features |= AttentionFeatures.SlidingWindow;
        if (SoftCap is not null)
            features |= AttentionFeatures.SoftCap;
        if (!AlibiSlopes.IsEmpty)
            features |= AttentionFeatures.Alibi;
        if (!Sinks.IsEmpty)
            features |= AttentionFeatures.Sinks;
        if (ScoreFunction is not null || MaskFunction is not null)
            features |= AttentionFeatures.ScoreFunctions;
        if (NonCausal)
            features |= AttentionFeatures.NonCausal;
        if (TreeMask)
            features |= AttentionFeatures.TreeMask;
        if (Cascade)
            features |= AttentionFeatures.Cascade;
        if (LogSumExp)
            features |= AttentionFeatures.LogSumExp;
        if (BatchInvariance)
            features |= AttentionFeatures.BatchInvariance;
        return features;
    }
}
