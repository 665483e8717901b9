using System.Collections.Immutable;
using AttentionGen.Cuda;
using AttentionGen.Cuda.Attention;

namespace AttentionGen.FlashInfer;

/// <summary>
/// FLASHINFER: FlashInfer's plan and run (<see href="https://arxiv.org/abs/2501.01005"/>) on CUDA kernels of our own. The plan
/// deals a step's work to the multiprocessors once for all layers; a layer's run is launches alone, and may be captured.
/// </summary>
/// <remarks>
/// It reads pages by token (NHD) and by head (HND), block tables as long as requests' pages together, and a prefix that all
/// requests share once for all of them (<see href="https://flashinfer.ai/2024/02/02/cascade-inference.html"/>), where that is less
/// work. On compute capability 9.0 long queries go to the kernel after FlashAttention-3 that FLASH_ATTN has, as FlashInfer's own do.
/// Kernels are compiled by libtorch's NVRTC when a layer is made for which the cache on disk has none yet.
/// </remarks>
[AttentionBackend(Backend.FlashInfer)]
[AttentionSupport(
    DeviceKind.Cuda, MinComputeCapability = CudaAttentionSupport.MinComputeCapability,
    ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16, CacheElementTypes = CudaAttentionSupport.CacheElementTypes,
    MinHeadSize = CudaAttentionSupport.MinHeadSize, MaxHeadSize = CudaAttentionSupport.MaxHeadSize,
    HeadSizeMultipleOf = CudaAttentionSupport.HeadSizeMultipleOf, Types = CudaAttentionSupport.Types,
    Features = CudaAttentionSupport.Features | AttentionFeatures.Cascade, GraphCapture = GraphCaptureLevel.Always)]
public sealed class FlashInferBackend : PagedAttentionBackend
{
    private readonly ScheduleKeys _schedules = new();

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedNhd;

    /// <inheritdoc/>
    public override ImmutableArray<KeyValueCacheLayout> CacheLayouts => [KeyValueCacheLayout.PagedNhd, KeyValueCacheLayout.PagedHnd];

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) =>
        new CudaAttentionPlan(CudaDevice.Of(options.Cache.Device.Index), options, _schedules);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) =>
        new CudaAttentionLayer(CudaDevice.Of(options.Device.Index), options, _schedules, isSpecialised: true);
}
