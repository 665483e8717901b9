using AttentionGen.Libtorch;
using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.FlashAttention;

/// <summary>
/// FLASH_ATTN: FlashAttention (<see href="https://arxiv.org/abs/2307.08691"/>) by libtorch's own kernels, on CPU and CUDA.
/// </summary>
/// <remarks>
/// On CUDA it is FlashAttention-2 over the whole batch in one call, requests end to end, after their keys and values have
/// been gathered from the cache (8-bit ones are converted by the way); libtorch's build of it reads no page table. A prefix
/// that all requests share is gathered and attended once and merged by log-sum-exps, unless the layer has a window. Linear
/// biases are refused there: the kernel knows them, but libtorch is built without that part of it. On the CPU it is libtorch's blocked kernel over requests padded to one length. Sinks are applied to the
/// result by its log-sum-exp, which is exact.
/// </remarks>
[AttentionBackend(Backend.FlashAttn)]
[AttentionSupport(
    DeviceKind.Cpu, ElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16, CacheElementTypes = CacheTypes,
    Types = Roles, Features = Features | AttentionFeatures.TreeMask)]
[AttentionSupport(
    DeviceKind.Cuda, MinComputeCapability = 80, ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16, CacheElementTypes = CacheTypes,
    HeadSizeMultipleOf = 8, MaxHeadSize = 256, Types = Roles,
    Features = (Features & ~AttentionFeatures.Alibi) | AttentionFeatures.Cascade)]
public sealed class FlashAttentionBackend : PagedAttentionBackend
{
    private const ElementTypes CacheTypes = ElementTypes.Float8E4M3;

    private const AttentionTypes Roles =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    private const AttentionFeatures Features =
        AttentionFeatures.SlidingWindow | AttentionFeatures.Alibi | AttentionFeatures.Sinks | AttentionFeatures.LogSumExp
        | AttentionFeatures.NonCausal;

    private readonly ScheduleKeys _schedules = new();

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) =>
        new GatheredPlan(options, default, _schedules);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options)
    {
        bool isCpu = options.Device.Kind == DeviceKind.Cpu;
        _schedules.Add(isCpu ? PaddedLayer.KeyOf(options) : VarlenLayer.KeyOf(options));
        return isCpu
            ? new PaddedLayer(options, new FlashCpuKernel())
            : new VarlenLayer(options, new FlashVarlenKernel(FlashAttentionOperators.Varlen));
    }
}
