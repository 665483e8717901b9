using AttentionGen.Flex;
using AttentionGen.Libtorch.Gathered;
using AttentionGen.Tests.Attention;

namespace AttentionGen.Tests.Flex;

/// <summary>FLEX_ATTENTION as it runs on CUDA, on any device, with few scores at a time.</summary>
internal sealed class TensorFlexBackend : PagedAttentionBackend
{
    private readonly PagedAttentionBackend _inner = TestBackends.Create(Backend.FlexAttention);

    public TensorFlexBackend() => ((IAttentionBackend)this).Attach(_inner.Descriptor);

    public override KeyValueCacheLayout CacheLayout => _inner.CacheLayout;

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new GatheredPlan(options, new ShapeRounding(IsOn: false), new ScheduleKeys());

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new FlexTensorLayer(options, maxScores: 40_000);
}
