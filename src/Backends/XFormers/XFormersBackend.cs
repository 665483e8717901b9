using AttentionGen.Cpu;
using AttentionGen.Libtorch;
using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.XFormers;

/// <summary>
/// XFORMERS: memory-efficient attention (<see href="https://arxiv.org/abs/2112.05682"/>), on CPU and CUDA.
/// </summary>
/// <remarks>
/// On CUDA it is libtorch's copy of xFormers' kernel over the batch laid end to end, decodes and prefills apart, after keys
/// and values have been gathered from the cache (8-bit ones are converted by the way). Grouped heads are rows of one matrix
/// in decodes and repeated in prefills. Linear biases, and windows that reach to both sides, need a bias tensor, for which
/// requests are padded to one length. A prefix that all requests share is attended once and merged by log-sum-exps, unless
/// the layer has a window or a linear bias. Sinks are applied to the result by its log-sum-exp, which is exact. On the CPU,
/// where that kernel does not exist, vectorised kernels of our own compute the same algorithm over the pages.
/// </remarks>
[AttentionBackend(Backend.XFormers)]
[AttentionSupport(
    DeviceKind.Cpu, ElementTypes = CpuSupport.Types, CacheElementTypes = CpuSupport.CacheTypes, Types = CpuSupport.Roles, Features = CpuSupport.Features)]
[AttentionSupport(
    DeviceKind.Cuda, MinComputeCapability = 80, ElementTypes = Types, CacheElementTypes = CacheTypes, HeadSizeMultipleOf = 8, Types = Roles,
    Features = Features | AttentionFeatures.Cascade)]
public sealed class XFormersBackend : PagedAttentionBackend
{
    private const ElementTypes Types = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16;

    private const ElementTypes CacheTypes = ElementTypes.Float8E4M3;

    private const AttentionTypes Roles =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    private const AttentionFeatures Features =
        AttentionFeatures.SlidingWindow | AttentionFeatures.Alibi | AttentionFeatures.Sinks | AttentionFeatures.LogSumExp
        | AttentionFeatures.NonCausal | AttentionFeatures.ValueHeadSize;

    private readonly ScheduleKeys _schedules = new();

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => options.Cache.Device.Kind == DeviceKind.Cpu
        ? new CpuAttentionPlan(options)
        : new GatheredPlan(options, new ShapeRounding(IsOn: true), _schedules, decodesApart: true);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options)
    {
        if (options.Device.Kind == DeviceKind.Cpu)
            return new CpuAttentionLayer(options);

        _schedules.Add(NeedsBias(options) ? PaddedLayer.KeyOf(options) : VarlenLayer.KeyOf(options));
        return CreateLayer(options, EfficientAttention.Forward);
    }

    /// <summary>The layer on memory-efficient attention.</summary>
    internal static AttentionLayer CreateLayer(AttentionLayerOptions options, EfficientAttention.Operator attend) => NeedsBias(options)
        ? new PaddedLayer(options, new EfficientPaddedKernel(attend))
        : new VarlenLayer(options, new EfficientVarlenKernel(attend));

    // The kernel's own window is a causal one.
    private static bool NeedsBias(AttentionLayerOptions options) =>
        !options.AlibiSlopes.IsEmpty || (options.SlidingWindow is not null && (options.NonCausal || options.Type != AttentionTypes.Decoder));
}
