using AttentionGen.Cuda.Attention;

namespace AttentionGen.Triton;

/// <summary>
/// TRITON_ATTN: vLLM's unified attention (<see href="https://arxiv.org/abs/2511.11581"/>) by a CUDA kernel of our own, in one
/// launch for decodes and prompts together.
/// </summary>
/// <remarks>
/// The kernel reads the pages, whatever their size; the query heads that share a KV head fill the rows of a tile; the keys of
/// long requests are cut between blocks, so that all end together, and merged by a second launch. It takes float32 too, by
/// products of split tf32 numbers. Nothing of Triton is used: a name stands for the algorithm, and NVRTC compiles the kernel for
/// the device at hand when a layer is made, once for each machine.
/// </remarks>
[AttentionBackend(Backend.TritonAttn)]
[AttentionSupport(
    DeviceKind.Cuda, MinComputeCapability = 80, ElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16,
    CacheElementTypes = ElementTypes.Float8E4M3, MinHeadSize = 32, MaxHeadSize = 256, HeadSizeMultipleOf = 8,
    Types = AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention,
    Features = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
        | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask | AttentionFeatures.ValueHeadSize
        | AttentionFeatures.BatchInvariance,
    GraphCapture = GraphCaptureLevel.Always)]
public sealed class TritonAttentionBackend : PagedAttentionBackend
{
    private readonly ScheduleKeys _schedules = new();

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new CudaAttentionPlan(options, _schedules);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new CudaAttentionLayer(options, _schedules);
}
