using AttentionGen;
using AttentionGen.Libtorch;
using TorchSharp;
using static TorchSharp.torch;

namespace TextGeneration.Tests.Speculation;

/// <summary>softmax(q k' / sqrt(D) + bias) v, for each request.</summary>
internal sealed class DefinitionLayer(AttentionLayerOptions options) : AttentionLayer(options)
{
    // TorchSharp's own temporary numbers may be collected while native code reads them.
    private static readonly Scalar s_one = 1;

    private readonly Scalar _scale = 1 / MathF.Sqrt(options.HeadSize);

    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        DefinitionPlan step = (DefinitionPlan)plan;
        Device device = Options.Device.ToTorch();
        Tensor keys = LibtorchTensor.Borrow(cache!.Keys).view(-1, Options.KeyValueHeads, Options.HeadSize);
        Tensor values = LibtorchTensor.Borrow(cache.Values).view(-1, Options.KeyValueHeads, Options.HeadSize);
        Tensor newSlots = tensor(step.NewSlots, device: device);
        keys.index_copy_(0, newSlots, LibtorchTensor.Borrow(operands.Key));
        values.index_copy_(0, newSlots, LibtorchTensor.Borrow(operands.Value));

        Tensor query = LibtorchTensor.Borrow(operands.Query);
        Tensor output = LibtorchTensor.Borrow(operands.Output);
        foreach (DefinitionRequest request in step.Requests)
        {
            Tensor slots = tensor(request.Slots, device: device);
            Tensor bias = tensor(request.Bias(Options.SlidingWindow), device: device).view(request.Queries, -1);
            Tensor q = query.narrow(0, request.FirstRow, request.Queries).transpose(0, 1).to(ScalarType.Float32);
            Tensor scores = q.bmm(Heads(keys, slots).transpose(1, 2)).mul(_scale).add(bias, s_one);
            Tensor attended = scores.softmax(-1).bmm(Heads(values, slots)).transpose(0, 1);
            output.narrow(0, request.FirstRow, request.Queries).copy_(attended);
        }
    }

    /// <summary>The keys or values of some slots, those of a KV head for each of its query heads: float32 [Hq, S, D].</summary>
    private Tensor Heads(Tensor all, Tensor slots) => all.index_select(0, slots).to(ScalarType.Float32)
        .repeat_interleave(Options.QueryHeads / Options.KeyValueHeads, 1).transpose(0, 1);
}
