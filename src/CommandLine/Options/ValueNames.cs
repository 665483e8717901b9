namespace AttentionGen.CommandLine.Options;

/// <summary>The names of the values that requests are made of: short ones first, then those of .NET, PyTorch and vLLM.</summary>
internal static class ValueNames
{
    public static NamedValues<ElementType> ElementTypes { get; } = new(
        (ElementType.Float32, ["fp32", "float32", "f32", "float"]),
        (ElementType.Float16, ["fp16", "float16", "f16", "half"]),
        (ElementType.BFloat16, ["bf16", "bfloat16"]));

    public static NamedValues<ElementType?> CacheElementTypes { get; } = new(
        (null, ["auto"]),
        (ElementType.Float32, ["fp32", "float32", "f32", "float"]),
        (ElementType.Float16, ["fp16", "float16", "f16", "half"]),
        (ElementType.BFloat16, ["bf16", "bfloat16"]),
        (ElementType.Float8E4M3, ["fp8", "fp8_e4m3", "float8e4m3", "float8_e4m3fn"]),
        (ElementType.Float8E5M2, ["fp8_e5m2", "float8e5m2", "float8_e5m2"]));

    public static NamedValues<AttentionTypes> Types { get; } = new(
        (AttentionTypes.Decoder, ["decoder"]),
        (AttentionTypes.Encoder, ["encoder"]),
        (AttentionTypes.EncoderOnly, ["encoder-only", "encoder_only", "encoderonly"]),
        (AttentionTypes.CrossAttention, ["cross-attention", "crossattention", "encoder_decoder"]));

    public static NamedValues<AttentionForm> Forms { get; } = new(
        (AttentionForm.MultiHead, ["multi-head", "multihead", "mha", "gqa", "mqa"]),
        (AttentionForm.MultiHeadLatent, ["mla", "multi-head-latent", "multiheadlatent"]),
        (AttentionForm.SparseMultiHeadLatent, ["sparse-mla", "sparse-multi-head-latent", "sparsemultiheadlatent"]));

    public static NamedValues<AttentionPhase> Phases { get; } = new(
        (AttentionPhase.Any, ["any"]),
        (AttentionPhase.Prefill, ["prefill"]),
        (AttentionPhase.Decode, ["decode"]),
        (AttentionPhase.Draft, ["draft"]));

    public static NamedValues<GraphCaptureLevel> GraphCaptureLevels { get; } = new(
        (GraphCaptureLevel.Never, ["never"]),
        (GraphCaptureLevel.UniformSingleTokenDecode, ["uniform-single-token-decode", "uniformsingletokendecode", "uniform_single_token_decode"]),
        (GraphCaptureLevel.UniformBatch, ["uniform-batch", "uniformbatch", "uniform_batch"]),
        (GraphCaptureLevel.Always, ["always"]));
}
