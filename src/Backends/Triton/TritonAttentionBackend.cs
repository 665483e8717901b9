using AttentionGen.Cuda;
using AttentionGen.Cuda.Attention;

namespace AttentionGen.Triton;

/// <summary>
/// TRITON_ATTN: one launch for a batch of prompts and decodes over a paged cache, after vLLM's unified attention kernel in Triton
/// (<see href="https://arxiv.org/abs/2511.11581"/>), as a CUDA kernel of our own.
/// </summary>
/// <remarks>
/// The query heads that share a KV head are rows of one matrix product; keys of long requests are cut between blocks and merged.
/// It is compiled by libtorch's NVRTC when a layer is made for which the cache on disk has no kernel yet.
/// </remarks>
[AttentionBackend(Backend.TritonAttn)]
[AttentionSupport(
    DeviceKind.Cuda, MinComputeCapability = CudaAttentionSupport.MinComputeCapability,
    ElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16, CacheElementTypes = CudaAttentionSupport.CacheElementTypes,
    MinHeadSize = CudaAttentionSupport.MinHeadSize, MaxHeadSize = CudaAttentionSupport.MaxHeadSize,
    HeadSizeMultipleOf = CudaAttentionSupport.HeadSizeMultipleOf, Types = CudaAttentionSupport.Types, Features = CudaAttentionSupport.Features,
    GraphCapture = GraphCaptureLevel.Always)]
public sealed class TritonAttentionBackend : PagedAttentionBackend
{
    private readonly ScheduleKeys _schedules = new();

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) =>
        new CudaAttentionPlan(CudaDevice.Of(options.Cache.Device.Index), options, _schedules);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) =>
        new CudaAttentionLayer(CudaDevice.Of(options.Device.Index), options, _schedules);
}
