using AttentionGen.Cpu;

namespace AttentionGen.Flex;

/// <summary>
/// FLEX_ATTENTION: attention with score and mask functions that the user writes in C#
/// (<see href="https://arxiv.org/abs/2412.05496"/>), on the CPU.
/// </summary>
/// <remarks>
/// A function is traced once, when the layer is made, and is evaluated for many keys of a query at a time by vector
/// operations. Blocks of keys that a mask hides from all queries of a tile are skipped. The rest is vectorised C# over the
/// paged cache.
/// </remarks>
[AttentionBackend(Backend.FlexAttention)]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = ElementTypes.Float8E4M3, Types = Roles, Features = Features)]
public sealed class FlexAttentionBackend : PagedAttentionBackend
{
    private const ElementTypes Types = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16;

    private const AttentionTypes Roles =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    private const AttentionFeatures Features =
        AttentionFeatures.ScoreFunctions | AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi
        | AttentionFeatures.Sinks | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.ValueHeadSize;

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new CpuAttentionPlan(options);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new FlexCpuLayer(options);
}
