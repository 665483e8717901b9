using System.Collections.Immutable;
using AttentionGen.Cuda.Attention;
using AttentionGen.Tests.Emulation;

namespace AttentionGen.Tests.Battery;

/// <summary>The paged kernels with all that they can do, on the emulated device.</summary>
public abstract class EmulatedBackend : PagedAttentionBackend
{
    protected const AttentionTypes Roles =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    protected const AttentionFeatures Features = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi
        | AttentionFeatures.Sinks | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask
        | AttentionFeatures.ValueHeadSize | AttentionFeatures.Cascade | AttentionFeatures.BatchInvariance;

    private readonly ScheduleKeys _schedules = new();

    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedNhd;

    public override ImmutableArray<KeyValueCacheLayout> CacheLayouts => [KeyValueCacheLayout.PagedNhd, KeyValueCacheLayout.PagedHnd];

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new CudaAttentionPlan(EmulatedCuda.Required, options, _schedules);

    protected virtual bool IsSpecialised => false;

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) =>
        new CudaAttentionLayer(EmulatedCuda.Required, options, _schedules, IsSpecialised);
}
