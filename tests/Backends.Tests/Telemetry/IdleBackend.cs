namespace AttentionGen.Tests.Telemetry;

/// <summary>A backend that does nothing, to see what the contract around it costs.</summary>
internal sealed class IdleBackend : PagedAttentionBackend
{
    public IdleBackend() => ((IAttentionBackend)this).Attach(new BackendDescriptor
    {
        Name = "IDLE",
        TypeName = nameof(IdleBackend),
        AssemblyName = "Tests",
        Supports = [new BackendSupport { Device = DeviceKind.Cpu, ElementTypes = ElementTypes.Float32 }],
    });

    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedNhd;

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new Plan(options);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new Layer(options);

    private sealed class Plan(AttentionPlanOptions options) : AttentionPlan(options)
    {
        protected override void UpdateCore(AttentionBatch batch)
        {
        }
    }

    private sealed class Layer(AttentionLayerOptions options) : AttentionLayer(options)
    {
        protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
        {
        }
    }
}
