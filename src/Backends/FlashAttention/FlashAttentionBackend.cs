using AttentionGen.Cuda;
using AttentionGen.Cuda.Attention;
using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.FlashAttention;

/// <summary>
/// FLASH_ATTN: FlashAttention (<see href="https://arxiv.org/abs/2307.08691"/>) by CUDA kernels of our own over the pages of the
/// cache, and by libtorch's own kernel on the CPU.
/// </summary>
/// <remarks>
/// On CUDA, compute capability 9.0, long queries of float16 and bfloat16 go to a kernel after FlashAttention-3
/// (<see href="https://arxiv.org/abs/2407.08608"/>): head sizes 64, 96, 128, 256 and 192 with values of 128, pages of a multiple
/// of 8 tokens that divides its tiles of keys or is a multiple of them, no tree, a cache of the operands' type. Everything else,
/// on 8.0 and later, goes to a kernel after FlashAttention-2 that cuts the keys of decodes between blocks. Kernels are compiled
/// by libtorch's NVRTC when a layer is made for which the cache on disk has none yet. A prefix that all requests share is
/// attended once where that is less work and the layer has no window. On the CPU it is libtorch's blocked kernel over requests
/// padded to one length; sinks are applied to its result by its log-sum-exp, which is exact.
/// </remarks>
[AttentionBackend(Backend.FlashAttn)]
[AttentionSupport(
    DeviceKind.Cpu, ElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16,
    CacheElementTypes = ElementTypes.Float8E4M3,
    Types = AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention,
    Features = AttentionFeatures.SlidingWindow | AttentionFeatures.Alibi | AttentionFeatures.Sinks | AttentionFeatures.LogSumExp
        | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask)]
[AttentionSupport(
    DeviceKind.Cuda, MinComputeCapability = CudaAttentionSupport.MinComputeCapability,
    ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16, CacheElementTypes = CudaAttentionSupport.CacheElementTypes,
    MinHeadSize = CudaAttentionSupport.MinHeadSize, MaxHeadSize = CudaAttentionSupport.MaxHeadSize,
    HeadSizeMultipleOf = CudaAttentionSupport.HeadSizeMultipleOf, Types = CudaAttentionSupport.Types,
    Features = CudaAttentionSupport.Features | AttentionFeatures.Cascade, GraphCapture = GraphCaptureLevel.Always)]
public sealed class FlashAttentionBackend : PagedAttentionBackend
{
    private readonly Libtorch.Gathered.ScheduleKeys _padded = new();
    private readonly Cuda.Attention.ScheduleKeys _schedules = new();

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => options.Cache.Device.Kind == DeviceKind.Cpu
        ? new GatheredPlan(options, default, _padded)
        : new CudaAttentionPlan(CudaDevice.Of(options.Cache.Device.Index), options, _schedules);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options)
    {
        if (options.Device.Kind != DeviceKind.Cpu)
            return new CudaAttentionLayer(CudaDevice.Of(options.Device.Index), options, _schedules, isSpecialised: true);
        _padded.Add(PaddedLayer.KeyOf(options));
        return new PaddedLayer(options, new FlashCpuKernel());
    }
}
