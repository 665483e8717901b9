using AttentionGen.Libtorch.Gathered;
using AttentionGen.XFormers;

namespace AttentionGen.Tests.Attention;

/// <summary>
/// A backend as it is on CUDA, with what it declares there, on the CPU: over <see cref="ReferenceOperators"/> where libtorch
/// has the operator on CUDA alone.
/// </summary>
internal sealed class CudaFormBackend : PagedAttentionBackend
{
    private readonly Backend _backend;
    private readonly ScheduleKeys _schedules = new();

    public CudaFormBackend(Backend backend)
    {
        _backend = backend;
        using PagedAttentionBackend real = TestBackends.Create(backend);
        BackendSupport support = real.Descriptor.SupportFor(DeviceKind.Cuda)!;
        ((IAttentionBackend)this).Attach(real.Descriptor with
        {
            Supports = [support with { Device = DeviceKind.Cpu, MinComputeCapability = 0, ElementTypes = support.ElementTypes | ElementTypes.Float32 }],
        });
    }

    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.SplitNhd;

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) =>
        new GatheredPlan(options, new ShapeRounding(IsOn: true), _schedules, decodesApart: _backend == Backend.XFormers);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => _backend switch
    {
        Backend.XFormers => XFormersBackend.CreateLayer(options, ReferenceOperators.Efficient),
        _ => new PaddedLayer(options, new SdpaKernel()),
    };
}
