namespace AttentionGen.Timing;

/// <summary>The shape of a step whose requests are all alike, and of the layer that runs it: what is timed.</summary>
public sealed record StepShape
{
    /// <summary>The features that a step can be timed with.</summary>
    public const AttentionFeatures TimedFeatures =
        AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
        | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.BatchInvariance;

    /// <summary><see cref="AttentionPhase.Decode"/>: one new token a request; <see cref="AttentionPhase.Prefill"/>: all tokens are new.</summary>
    public required AttentionPhase Phase { get; init; }

    /// <summary>B, the number of requests.</summary>
    public required int Requests { get; init; }

    /// <summary>The number of keys of each request, the new ones included.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The element type of queries, keys, values and output.</summary>
    public required ElementType ElementType { get; init; }

    /// <summary>The element type of the KV cache; null: <see cref="ElementType"/>.</summary>
    public ElementType? CacheElementType { get; init; }

    /// <summary>Hq, the number of query heads: a multiple of <see cref="KeyValueHeads"/>.</summary>
    public required int QueryHeads { get; init; }

    /// <summary>Hkv, the number of KV heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>D, the size of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The page size in tokens.</summary>
    public int PageSize { get; init; } = 16;

    /// <summary>The features that the layer has, of <see cref="TimedFeatures"/>.</summary>
    public AttentionFeatures Features { get; init; }

    /// <summary>The window, where <see cref="Features"/> has <see cref="AttentionFeatures.SlidingWindow"/>.</summary>
    public int SlidingWindow { get; init; } = 4096;

    /// <summary>The number of query rows of each request.</summary>
    public int NewTokens => Phase == AttentionPhase.Decode ? 1 : ContextLength;

    /// <summary>The bytes of the keys and values that the step reads: those inside the window, where there is one.</summary>
    public double KeyValueBytes => 2.0 * Requests * VisibleKeys * KeyValueHeads * HeadSize * (CacheElementType ?? ElementType).SizeInBytes();

    /// <summary>The floating-point operations of both matrix products, over the pairs of query and key that see each other.</summary>
    public double Operations => 4.0 * Requests * QueryHeads * HeadSize * VisiblePairs;

    /// <summary>The shape as the selector is asked.</summary>
    /// <param name="device">The device, described.</param>
    public AttentionRequest ToRequest(AttentionDevice device) => new()
    {
        Device = device,
        ElementType = ElementType,
        CacheElementType = CacheElementType,
        HeadSize = HeadSize,
        QueryHeads = QueryHeads,
        KeyValueHeads = KeyValueHeads,
        PageSize = PageSize,
        Features = Features,
        Phase = Phase,
        ExpectedRequests = Requests,
        ExpectedContextLength = ContextLength,
    };

    /// <summary>Throws where the shape is not possible or cannot be timed.</summary>
    /// <exception cref="ArgumentException">A size is not positive, the phase is neither decode nor prefill, or a feature is not of <see cref="TimedFeatures"/>.</exception>
    public void Validate()
    {
        if (Phase is not (AttentionPhase.Decode or AttentionPhase.Prefill))
            throw new ArgumentException($"The step's {nameof(Phase)} is {Phase}. A step is timed as {nameof(AttentionPhase.Decode)} or {nameof(AttentionPhase.Prefill)}.");
        if ((Features & ~TimedFeatures) != 0)
            throw new ArgumentException($"The step's {nameof(Features)} has {Features & ~TimedFeatures}. A step is timed with {TimedFeatures}.");
        if (SlidingWindow <= 0)
            throw new ArgumentException($"The step's {nameof(SlidingWindow)} is {SlidingWindow}. It must be at least 1.");
        ToRequest(AttentionDevice.Cpu).Validate();
    }

    /// <summary>The shape in words, for example <c>decode of 16 x 4096, BFloat16, heads 32:8 of 128</c>.</summary>
    public override string ToString() =>
        $"{(Phase == AttentionPhase.Decode ? "decode" : "prefill")} of {Requests} x {ContextLength}, {ElementType}"
        + (CacheElementType is { } cache && cache != ElementType ? $" over {cache}" : "")
        + $", heads {QueryHeads}:{KeyValueHeads} of {HeadSize}, pages of {PageSize}"
        + (Features == AttentionFeatures.None ? "" : $", {Features}");

    private bool HasWindow => (Features & AttentionFeatures.SlidingWindow) != 0;

    private int VisibleKeys => HasWindow && Phase == AttentionPhase.Decode ? Math.Min(ContextLength, SlidingWindow) : ContextLength;

    private double VisiblePairs
    {
        get
        {
            if (Phase == AttentionPhase.Decode)
                return VisibleKeys;

            double length = ContextLength, width = HasWindow ? Math.Min(ContextLength, SlidingWindow) : ContextLength;
            double behind = (length * width) - (width * (width - 1) / 2);
            return (Features & AttentionFeatures.NonCausal) == 0 ? behind : (2 * behind) - length;
        }
    }
}
