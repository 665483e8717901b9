namespace AttentionGen.Cuda.Attention;

/// <summary>What every backend on the paged CUDA kernels declares.</summary>
internal static class CudaAttentionSupport
{
    /// <summary>NVIDIA Ampere: the copies and products that the kernels are made of.</summary>
    public const int MinComputeCapability = 80;

    public const int MinHeadSize = 32, MaxHeadSize = 256, HeadSizeMultipleOf = 8;

    public const ElementTypes CacheElementTypes = ElementTypes.Float8E4M3;

    public const AttentionTypes Types =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    public const AttentionFeatures Features =
        AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
        | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask | AttentionFeatures.ValueHeadSize
        | AttentionFeatures.BatchInvariance;
}
