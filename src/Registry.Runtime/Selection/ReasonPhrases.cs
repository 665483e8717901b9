namespace AttentionGen;

/// <summary>The short phrases of vLLM's selector, and phrases of the same form for what vLLM does not ask about.</summary>
internal static class ReasonPhrases
{
    public static string Of(ReasonCode code, AttentionFeatures feature) => code switch
    {
        ReasonCode.HeadSize => "head_size not supported",
        ReasonCode.ElementType => "dtype not supported",
        ReasonCode.CacheElementType => "kv_cache_dtype not supported",
        ReasonCode.PageSize => "block_size not supported",
        ReasonCode.ComputeCapability => "compute capability not supported",
        ReasonCode.Architecture => "architecture not supported",
        ReasonCode.Device => "device not supported",
        ReasonCode.QueryHeads => "num_heads not supported",
        ReasonCode.GroupSize => "num_heads per KV head not supported",
        ReasonCode.GraphCapture => "CUDA graph level not supported",
        ReasonCode.Feature => Of(feature),
        ReasonCode.NotConsidered => "not a candidate",
        ReasonCode.NotServed => "not registered",
        ReasonCode.Disabled => "disabled",
        ReasonCode.NotLoadable => "not loadable",
        ReasonCode.ProbeFailed => "probe failed",
        _ => "combination not supported",
    };

    public static string OfForm(AttentionForm asked, AttentionForm accepted) => (asked, accepted) switch
    {
        (AttentionForm.MultiHead, _) => "non-MLA not supported",
        (_, AttentionForm.MultiHead) => "MLA not supported",
        (AttentionForm.SparseMultiHeadLatent, _) => "sparse not supported",
        _ => "non-sparse not supported",
    };

    public static string OfType(AttentionTypes type) => $"attention type {TypeName(type)} not supported";

    private static string Of(AttentionFeatures feature) => feature switch
    {
        AttentionFeatures.SlidingWindow => "sliding window not supported",
        AttentionFeatures.SoftCap => "logits soft cap not supported",
        AttentionFeatures.Alibi => "alibi not supported",
        AttentionFeatures.Sinks => "attention sinks not supported",
        AttentionFeatures.LogSumExp => "log-sum-exp not supported",
        AttentionFeatures.NonCausal => "non-causal attention not supported",
        AttentionFeatures.TreeMask => "tree mask not supported",
        AttentionFeatures.ScoreFunctions => "score functions not supported",
        AttentionFeatures.ValueHeadSize => "value head_size not supported",
        AttentionFeatures.Cascade => "cascade not supported",
        AttentionFeatures.BatchInvariance => "batch invariance not supported",
        AttentionFeatures.BidirectionalSpans => "partial multimodal token full attention not supported",
        AttentionFeatures.PerHeadScales => "per-head quant scales not supported",
        AttentionFeatures.PackedLatentCache => "kv_cache_dtype not supported",
        AttentionFeatures.CacheTransfer => "KV connector not supported",
        AttentionFeatures.PrefillContextParallelism => "PCP not supported",
        AttentionFeatures.DeviceQueryLengths => "device-cpu query lens mismatch not supported, this is needed for adaptive verification",
        _ => $"{feature} not supported",
    };

    private static string TypeName(AttentionTypes type) => type switch
    {
        AttentionTypes.Decoder => "decoder",
        AttentionTypes.Encoder => "encoder",
        AttentionTypes.EncoderOnly => "encoder_only",
        AttentionTypes.CrossAttention => "encoder_decoder",
        _ => type.ToString(),
    };
}
