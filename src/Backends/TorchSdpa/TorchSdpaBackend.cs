using AttentionGen.Cpu;
using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.TorchSdpa;

/// <summary>
/// TORCH_SDPA: libtorch's scaled dot product attention, on CPU and CUDA, and on the CPU our own kernels beside it.
/// </summary>
/// <remarks>
/// libtorch has no kernel that reads a paged cache. On the CPU it attends whole prompts, and vectorised kernels of our own,
/// which read the pages, do everything else: decodes, prompts with a prefix in the cache, mixed batches, and every feature
/// that the operator lacks. On CUDA keys and values of earlier steps are gathered first; a prefill without earlier tokens is
/// attended without a gather. Which kernel computes it (cuDNN, flash, memory-efficient or plain matrix products) is
/// libtorch's choice by its own ranking. Windows, trees and linear biases are masks there. Log-sum-exps, soft caps and
/// sinks, which that operator does not know, are computed by matrix products in float32. 8-bit keys and values are converted
/// as they are gathered.
/// </remarks>
[AttentionBackend(Backend.TorchSdpa)]
[AttentionSupport(
    DeviceKind.Cpu, ElementTypes = CpuSupport.Types, CacheElementTypes = CpuSupport.CacheTypes, Types = CpuSupport.Roles,
    Features = CpuSupport.Features & ~AttentionFeatures.BatchInvariance)]
[AttentionSupport(DeviceKind.Cuda, ElementTypes = Types, CacheElementTypes = CacheTypes, Types = Roles, Features = Features)]
public sealed class TorchSdpaBackend : PagedAttentionBackend
{
    private const ElementTypes Types = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16;

    private const ElementTypes CacheTypes = ElementTypes.Float8E4M3;

    private const AttentionTypes Roles =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    private const AttentionFeatures Features =
        AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
        | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask | AttentionFeatures.ValueHeadSize;

    private readonly ScheduleKeys _schedules = new();

    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => options.Cache.Device.Kind == DeviceKind.Cpu
        ? new TorchSdpaCpuPlan(options, _schedules)
        : new GatheredPlan(options, ShapeRounding.For(options.Cache), _schedules);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options)
    {
        _schedules.Add(PaddedLayer.KeyOf(options));
        return options.Device.Kind == DeviceKind.Cpu ? new TorchSdpaCpuLayer(options) : new PaddedLayer(options, new SdpaKernel());
    }
}
