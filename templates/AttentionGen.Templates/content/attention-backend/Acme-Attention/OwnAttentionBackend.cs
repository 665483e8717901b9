using AttentionGen;

namespace Acme.Attention;

/// <summary>
/// ACME_ATTN: causal attention over a paged KV cache in float32 on the CPU, in plain loops.
/// </summary>
/// <remarks>
/// The attributes put the class into the registry of every application that references this library, and tell the selector
/// what it can do. What is not declared is refused with a reason before this class is asked.
/// </remarks>
[AttentionBackend("ACME_ATTN")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
public sealed class OwnAttentionBackend : PagedAttentionBackend
{
    /// <inheritdoc/>
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    /// <inheritdoc/>
    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new OwnAttentionPlan(options);

    /// <inheritdoc/>
    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new OwnAttentionLayer(options);
}
