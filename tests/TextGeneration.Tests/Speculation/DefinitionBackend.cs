using AttentionGen;

namespace TextGeneration.Tests.Speculation;

/// <summary>
/// Attention with trees by its definition: one request after another, a mask for each row, float32. So what the generator
/// does with trees is tested apart from the kernels that are fast at them.
/// </summary>
[AttentionBackend("TREE_DEFINITION")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = Types, Features = Features)]
[AttentionSupport(DeviceKind.Cuda, ElementTypes = Types, Features = Features)]
internal sealed class DefinitionBackend : PagedAttentionBackend
{
    private const ElementTypes Types = ElementTypes.Float32 | ElementTypes.BFloat16;
    private const AttentionFeatures Features = AttentionFeatures.TreeMask | AttentionFeatures.SlidingWindow;

    /// <summary>The layout of the caches that it makes. Its layers read only the first.</summary>
    public KeyValueCacheLayout Layout { get; set; } = KeyValueCacheLayout.SplitNhd;

    public override KeyValueCacheLayout CacheLayout => Layout;

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new DefinitionPlan(options);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new DefinitionLayer(options);
}
