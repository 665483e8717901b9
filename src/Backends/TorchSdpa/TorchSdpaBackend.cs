namespace AttentionGen.TorchSdpa;

/// <summary>
/// TORCH_SDPA: libtorch's scaled dot product attention, on CPU and CUDA.
/// </summary>
/// <remarks>
/// libtorch has no kernel that reads a paged cache, so keys and values of earlier steps are gathered first; a prefill
/// without earlier tokens is attended without a gather. Which kernel computes it (cuDNN, flash, memory-efficient or plain
/// matrix products) is libtorch's choice by its own ranking. Log-sum-exps, which that operator does not return, are computed
/// by matrix products in float32.
/// </remarks>
[AttentionBackend(Backend.TorchSdpa)]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, Features = Features)]
[AttentionSupport(DeviceKind.Cuda, ElementTypes = Types, Features = Features)]
public sealed class TorchSdpaBackend : PagedAttentionBackend
{
    private const ElementTypes Types = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16;

    private const AttentionFeatures Features =
        AttentionFeatures.SlidingWindow | AttentionFeatures.NonCausal | AttentionFeatures.LogSumExp;

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new TorchSdpaPlan(options);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new TorchSdpaLayer(options);
}
