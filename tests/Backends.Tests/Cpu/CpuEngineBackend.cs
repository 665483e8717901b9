using AttentionGen.Cpu;

namespace AttentionGen.Tests.Cpu;

/// <summary>The CPU engine with all that it can do, over a cache of any layout.</summary>
internal sealed class CpuEngineBackend : PagedAttentionBackend
{
    private readonly KeyValueCacheLayout _layout;
    private readonly SimdWidth? _width;
    private readonly ScoreTransform? _transform;

    public CpuEngineBackend(KeyValueCacheLayout layout = KeyValueCacheLayout.PagedHnd, SimdWidth? width = null, ScoreTransform? transform = null)
    {
        _layout = layout;
        _width = width;
        _transform = transform;
        ((IAttentionBackend)this).Attach(new BackendDescriptor
        {
            Name = "CPU_ENGINE",
            TypeName = nameof(CpuEngineBackend),
            AssemblyName = "Tests",
            Supports =
            [
                new BackendSupport
                {
                    Device = DeviceKind.Cpu,
                    ElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16,
                    CacheElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16 | ElementTypes.Float8E4M3,
                    Types = AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention,
                    Features = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap | AttentionFeatures.Alibi | AttentionFeatures.Sinks
                        | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal | AttentionFeatures.TreeMask | AttentionFeatures.ValueHeadSize
                        | AttentionFeatures.Cascade | AttentionFeatures.BatchInvariance,
                },
            ],
        });
    }

    public override KeyValueCacheLayout CacheLayout => _layout;

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new CpuAttentionPlan(options);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new CpuAttentionLayer(options, _transform, _width);
}
