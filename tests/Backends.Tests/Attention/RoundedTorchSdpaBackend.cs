using AttentionGen.Libtorch.Gathered;
using AttentionGen.TorchSdpa;

namespace AttentionGen.Tests.Attention;

/// <summary>TORCH_SDPA with the shapes that it takes for 16-bit types on CUDA, on any device.</summary>
internal sealed class RoundedTorchSdpaBackend : PagedAttentionBackend
{
    private readonly TorchSdpaBackend _inner = (TorchSdpaBackend)TestBackends.Create(Backend.TorchSdpa);

    public RoundedTorchSdpaBackend() => ((IAttentionBackend)this).Attach(_inner.Descriptor);

    public override KeyValueCacheLayout CacheLayout => _inner.CacheLayout;

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new GatheredPlan(options, new ShapeRounding(IsOn: true), new ScheduleKeys());

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new PaddedLayer(options, new SdpaKernel());
}
