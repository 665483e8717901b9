namespace AttentionGen;

/// <summary>
/// What a model may ask of attention beyond plain causal scaled dot products. Each is either supported or refused with a
/// reason; none is dropped silently.
/// </summary>
[Flags]
public enum AttentionFeatures
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Each query sees only the last <c>w</c> positions.</summary>
    SlidingWindow = 1 << 0,

    /// <summary>Scores pass through <c>cap * tanh(score / cap)</c> before the softmax.</summary>
    SoftCap = 1 << 1,

    /// <summary>A linear bias by distance for each head, <see href="https://arxiv.org/abs/2108.12409"/>.</summary>
    Alibi = 1 << 2,

    /// <summary>A learned logit for each head that takes part in the softmax's sum and has no value.</summary>
    Sinks = 1 << 3,

    /// <summary>Natural log-sum-exp of each row's scores as a second output.</summary>
    LogSumExp = 1 << 4,

    /// <summary>Queries see positions after their own.</summary>
    NonCausal = 1 << 5,

    /// <summary>Rows of the batch form a tree of speculated tokens and see only their ancestors.</summary>
    TreeMask = 1 << 6,

    /// <summary>Score and mask functions given by the user.</summary>
    ScoreFunctions = 1 << 7,

    /// <summary>Values have another head size than keys.</summary>
    ValueHeadSize = 1 << 8,

    /// <summary>A prefix that all requests share is attended to once.</summary>
    Cascade = 1 << 9,

    /// <summary>A request's result has the same bits whatever else is in the batch.</summary>
    BatchInvariance = 1 << 10,

    /// <summary>
    /// Tokens of an image or another whole see each other in both directions inside a causal prompt: vLLM's partial multimodal
    /// token full attention.
    /// </summary>
    BidirectionalSpans = 1 << 11,

    /// <summary>The scales of an 8-bit cache are one for each head, not one for all.</summary>
    PerHeadScales = 1 << 12,

    /// <summary>
    /// A row of the latent cache is vLLM's <c>fp8_ds_mla</c>: 512 8-bit numbers, four float32 scales and 64 unquantised
    /// numbers for the rotary part, 656 bytes in all.
    /// </summary>
    PackedLatentCache = 1 << 13,

    /// <summary>Pages are moved to and from other processes while requests run: vLLM's KV connectors.</summary>
    CacheTransfer = 1 << 14,

    /// <summary>The tokens of one prefill are spread over several devices.</summary>
    PrefillContextParallelism = 1 << 15,

    /// <summary>
    /// The lengths of queries are known only on the device, as when the number of speculated tokens to verify is chosen there.
    /// </summary>
    DeviceQueryLengths = 1 << 16,
}
