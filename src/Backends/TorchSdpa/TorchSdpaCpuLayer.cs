using AttentionGen.Cpu;
using AttentionGen.Libtorch.Gathered;

namespace AttentionGen.TorchSdpa;

/// <summary>
/// One layer on the CPU: whole prompts by libtorch's kernel where that computes all that the layer asks, everything else by
/// our own kernels over the pages.
/// </summary>
internal sealed class TorchSdpaCpuLayer(AttentionLayerOptions options) : AttentionLayer(options)
{
    private readonly CpuAttentionLayer _paged = new(options);
    private readonly PaddedLayer? _whole = IsPlain(options) ? new PaddedLayer(options, new SdpaKernel()) : null;

    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (plan is not TorchSdpaCpuPlan cpuPlan)
            throw new ArgumentException($"The plan is a {plan.GetType().Name}. It must be made by the same backend as the layer.", nameof(plan));

        if (_whole is not null && cpuPlan.IsWholePrompts && !operands.LogSumExp.IsDefined)
            _whole.Forward(in operands, cache, cpuPlan.Whole);
        else
            _paged.Forward(in operands, cache, cpuPlan.Paged);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _paged.Dispose();
            _whole?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Whether libtorch's operator needs neither a mask nor a computation around it.</summary>
    private static bool IsPlain(AttentionLayerOptions options) =>
        options is { SlidingWindow: null, SoftCap: null, AlibiSlopes.IsEmpty: true, Sinks.IsEmpty: true, Type: AttentionTypes.Decoder }
        && (options.CacheElementType ?? options.ElementType) == options.ElementType;
}
