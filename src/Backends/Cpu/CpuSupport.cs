namespace AttentionGen.Cpu;

/// <summary>What the engine computes, for the declarations of backends that run on it.</summary>
internal static class CpuSupport
{
    public const ElementTypes Types = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16;

    public const ElementTypes CacheTypes = ElementTypes.Float8E4M3;

    public const AttentionTypes Roles =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    /// <summary>All but the functions of a user, which take a backend that compiles them.</summary>
    public const AttentionFeatures Features =
        AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
        | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask | AttentionFeatures.ValueHeadSize
        | AttentionFeatures.Cascade | AttentionFeatures.BatchInvariance;
}
