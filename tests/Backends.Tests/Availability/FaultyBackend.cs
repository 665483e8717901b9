namespace AttentionGen.Tests.Availability;

/// <summary>TORCH_SDPA with one fault.</summary>
internal sealed class FaultyBackend(Fault fault) : PagedAttentionBackend
{
    private readonly PagedAttentionBackend _inner = (PagedAttentionBackend)AttentionRegistry.Create(Backend.TorchSdpa);

    public override KeyValueCacheLayout CacheLayout => _inner.CacheLayout;

    public override SelectionReason? FindLoadProblem(AttentionDevice device) => fault == Fault.MissingLibrary
        ? new SelectionReason(ReasonCode.NotLoadable, "libacme.so.3", "a folder that has it", "install Acme 3")
        : base.FindLoadProblem(device);

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => _inner.CreatePlan(options);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options) => new FaultyLayer(options, _inner.CreateLayer(options), fault);

    private sealed class FaultyLayer(AttentionLayerOptions options, AttentionLayer inner, Fault fault) : AttentionLayer(options)
    {
        protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
        {
            if (fault == Fault.Throws)
                throw new InvalidOperationException("The kernel has gone.");
            inner.Forward(in operands, cache, plan);
            if (fault is Fault.WrongNumbers or Fault.NotNumbers)
                Spoil(operands.Output);
        }

        // The processor's float32 outputs of these tests lie close together.
        private unsafe void Spoil(TensorView output)
        {
            foreach (ref float number in new Span<float>((void*)output.Data, checked((int)output.ElementCount)))
                number = fault == Fault.NotNumbers ? float.NaN : number * 1.25f;
        }
    }
}
