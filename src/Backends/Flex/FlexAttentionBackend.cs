using AttentionGen.Cpu;
using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.Flex;

/// <summary>
/// FLEX_ATTENTION: attention with score and mask functions that the user writes in C#
/// (<see href="https://arxiv.org/abs/2412.05496"/>), on CPU and CUDA.
/// </summary>
/// <remarks>
/// A function is traced once, when the layer is made. On the CPU it is evaluated for many keys of a query at a time by vector
/// operations, inside vectorised C# attention over the paged cache. On CUDA it is evaluated by libtorch's operators on whole
/// tensors of scores, some query rows at a time, over keys gathered from the cache; that is not a fused kernel. On both,
/// blocks of keys that a mask hides from all queries of a tile are skipped.
/// </remarks>
[AttentionBackend(Backend.FlexAttention)]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, CacheElementTypes = ElementTypes.Float8E4M3, Types = Roles, Features = Features)]
[AttentionSupport(DeviceKind.Cuda, ElementTypes = Types, CacheElementTypes = ElementTypes.Float8E4M3, Types = Roles, Features = Features)]
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
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => options.Cache.Device.Kind == DeviceKind.Cpu
        ? new CpuAttentionPlan(options)
        : new GatheredPlan(options, new ShapeRounding(IsOn: false), new ScheduleKeys());

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) =>
        options.Device.Kind == DeviceKind.Cpu ? new FlexCpuLayer(options) : new FlexTensorLayer(options);
}
