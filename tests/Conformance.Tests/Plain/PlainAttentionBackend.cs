using AttentionGen.Tests.Defects;

namespace AttentionGen.Tests.Plain;

/// <summary>
/// Everything that the contract has, in loops: written from the contract's words apart from the battery's reference, so that
/// the two check each other. Each broken backend is this one with one defect.
/// </summary>
internal abstract class PlainAttentionBackend : PagedAttentionBackend
{
    public const ElementTypes Types = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16;

    public const ElementTypes CacheTypes = ElementTypes.Float8E4M3 | ElementTypes.Float8E5M2;

    public const AttentionTypes Roles =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    public const AttentionFeatures Features =
        AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
        | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask | AttentionFeatures.ValueHeadSize
        | AttentionFeatures.Cascade | AttentionFeatures.BatchInvariance;

    protected virtual Defect Defect => Defect.None;

    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedHnd;

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new PlainPlan(options);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new PlainLayer(options, Defect);
}
