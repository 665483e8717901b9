using AttentionGen.Cpu;
using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.Tree;

/// <summary>
/// TREE_ATTN: verification of a tree of speculated tokens, on CPU and CUDA.
/// </summary>
/// <remarks>
/// On the CPU vectorised kernels of our own read the pages and the ancestors' bits. On CUDA a mask made from the bits goes
/// to libtorch's scaled dot product attention, over keys gathered from the cache: trees of one size are attended together,
/// and requests without a tree causally beside them; log-sum-exps, soft caps and sinks are computed by matrix products in
/// float32. Windows and linear biases go by a token's depth, so that each row is causal attention over its branch.
/// </remarks>
[AttentionBackend(Backend.TreeAttn)]
[AttentionSupport(
    DeviceKind.Cpu, ElementTypes = CpuSupport.Types, CacheElementTypes = CpuSupport.CacheTypes,
    Features = CpuSupport.Features & ~AttentionFeatures.NonCausal)]
[AttentionSupport(DeviceKind.Cuda, ElementTypes = Types, CacheElementTypes = CacheTypes, Features = Features)]
public sealed class TreeAttentionBackend : PagedAttentionBackend
{
    private const ElementTypes Types = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16;

    private const ElementTypes CacheTypes = ElementTypes.Float8E4M3;

    private const AttentionFeatures Features =
        AttentionFeatures.TreeMask | AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi
        | AttentionFeatures.Sinks | AttentionFeatures.LogSumExp | AttentionFeatures.ValueHeadSize;

    private readonly ScheduleKeys _schedules = new();

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => options.Cache.Device.Kind == DeviceKind.Cpu
        ? new CpuAttentionPlan(options)
        : new GatheredPlan(options, ShapeRounding.For(options.Cache), _schedules);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options)
    {
        if (options.Device.Kind == DeviceKind.Cpu)
            return new CpuAttentionLayer(options);

        _schedules.Add(PaddedLayer.KeyOf(options));
        return new PaddedLayer(options, new SdpaKernel());
    }
}
