using AttentionGen.Cpu;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Availability;

/// <summary>A backend on the CPU engine that does one thing wrong, or nothing.</summary>
internal sealed class StubBackend : PagedAttentionBackend
{
    private readonly StubFault _fault;

    public StubBackend(StubFault fault, BackendDescriptor? descriptor = null)
    {
        _fault = fault;
        if (fault == StubFault.ThrowsInConstructor)
            throw new InvalidOperationException("no licence file");
        if (descriptor is not null)
            ((IAttentionBackend)this).Attach(descriptor);
    }

    /// <summary>How many layers were made: a probe makes one.</summary>
    public static int LayersMade { get; private set; }

    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.PagedHnd;

    public override SelectionReason? FindLoadProblem(AttentionDevice device) => _fault switch
    {
        StubFault.LacksLibrary => base.FindLoadProblem(device)
            ?? new SelectionReason(ReasonCode.NotLoadable, $"libacme on {device}", "libacme.so 2 or later", "install the package acme"),
        StubFault.ThrowsWhenAsked => throw new DllNotFoundException("libacme.so: cannot open shared object file"),
        _ => base.FindLoadProblem(device),
    };

    protected override AttentionPlan CreatePlanCore(AttentionPlanOptions options) => new CpuAttentionPlan(options);

    protected override AttentionLayer CreateLayerCore(AttentionLayerOptions options)
    {
        LayersMade++;
        return new StubLayer(options, _fault);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (_fault == StubFault.ThrowsInDispose)
            throw new InvalidOperationException("cannot end");
    }

    private sealed class StubLayer(AttentionLayerOptions options, StubFault fault) : AttentionLayer(options)
    {
        private readonly CpuAttentionLayer _inner = new(options);

        protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
        {
            if (fault == StubFault.ThrowsInForward)
                throw new InvalidOperationException("no kernel image is available");
            if (fault == StubFault.Slow)
                Thread.Sleep(5);
            _inner.Forward(in operands, cache, plan);
            using Tensor output = AttentionGen.Libtorch.LibtorchTensor.Borrow(operands.Output);
            switch (fault)
            {
                case StubFault.WrongNumbers:
                    output.mul_(1.5);
                    break;
                case StubFault.NaN:
                    output[^1].fill_(double.NaN);
                    break;
                case StubFault.LeavesRowsOut:
                    // As if it had not been written: the caller's NaN.
                    output[0].fill_(double.NaN);
                    break;
                case StubFault.WrongCache:
                    cache!.KeyTensor.fill_(double.NaN);
                    break;
                case StubFault.ForgetsToStore:
                    cache!.ValueTensor.fill_(0);
                    break;
            }
        }

        protected override void Dispose(bool disposing)
        {
            _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
