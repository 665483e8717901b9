using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// One layer on operators of libtorch. None of them reads a paged cache, so keys and values of earlier steps are gathered
/// first; what the operators lack is added around them.
/// </summary>
internal abstract class GatheredLayer : AttentionLayer
{
    protected GatheredLayer(AttentionLayerOptions options)
        : base(options)
    {
        AlibiSlopes = PerHead(options.AlibiSlopes, options.Device);
        Sinks = PerHead(options.Sinks, options.Device);
    }

    /// <summary>The slopes, float32 [Hq] on the device; or null.</summary>
    protected Tensor? AlibiSlopes { get; }

    /// <summary>The sinks, float32 [Hq] on the device; or null.</summary>
    protected Tensor? Sinks { get; }

    protected sealed override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (plan is not GatheredPlan gathered)
            throw new ArgumentException($"The plan is a {plan.GetType().Name}. It must be made by the same backend as the layer.", nameof(plan));
        if (cache is { Layout: not KeyValueCacheLayout.SplitNhd })
            throw new ArgumentException($"The cache has the layout {cache.Layout}. This backend reads {KeyValueCacheLayout.SplitNhd}: make the cache by the same backend.", nameof(cache));

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        GatheredTensors tensors = new(
            LibtorchTensor.Borrow(operands.Query),
            operands.Key.IsDefined ? LibtorchTensor.Borrow(operands.Key) : null,
            operands.Value.IsDefined ? LibtorchTensor.Borrow(operands.Value) : null,
            cache is null ? null : Slots(cache.KeyTensor),
            cache is null ? null : Slots(cache.ValueTensor),
            cache?.Options.ElementType ?? Options.ElementType,
            LibtorchTensor.Borrow(operands.Output),
            operands.LogSumExp.IsDefined ? LibtorchTensor.Borrow(operands.LogSumExp) : null);

        if (gathered.Stored is { } stored && tensors.Keys is not null)
        {
            stored.Store(tensors.NewKeys!, tensors.Keys, tensors.CacheType, Options.KeyScale);
            stored.Store(tensors.NewValues!, tensors.Values!, tensors.CacheType, Options.ValueScale);
        }

        if (Attend(gathered, tensors) is { } empty)
            EmptyRows.Write(empty, tensors.Output, tensors.LogSumExp);
    }

    /// <summary>Attends, and writes the results by <see cref="Write"/>.</summary>
    /// <returns>The rows that see no key, whose results are not to be kept; or null.</returns>
    protected abstract RowSelection? Attend(GatheredPlan plan, in GatheredTensors tensors);

    /// <summary>
    /// The factor on the scores. The scale of an 8-bit cache's keys is part of it, and that of its values is put on the
    /// output, so that the gathered numbers are exact.
    /// </summary>
    protected float ScaleFor(bool keysAreNew) => keysAreNew ? Options.EffectiveScale : Options.EffectiveScale * Options.KeyScale;

    /// <summary>Whether log-sum-exps are needed: asked for, or for the sinks.</summary>
    protected bool NeedsLogSumExp(in GatheredTensors tensors) => tensors.LogSumExp is not null || Sinks is not null;

    /// <summary>Writes rows: output [rows, Hq, Dv] and, where they are needed, float32 log-sum-exps [Hq, rows].</summary>
    protected void Write(RowSelection rows, Tensor output, Tensor? logSumExp, bool keysAreNew, in GatheredTensors tensors)
    {
        if (Sinks is not null)
            (output, logSumExp) = SinkCorrection.Apply(output, logSumExp!, Sinks);
        if (!keysAreNew && Options.ValueScale != 1)
        {
            using Scalar scale = Options.ValueScale;
            output = output.mul(scale);
        }

        rows.Assign(tensors.Output, output);
        if (tensors.LogSumExp is not null)
            rows.Assign(tensors.LogSumExp, logSumExp!, 1);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            AlibiSlopes?.Dispose();
            Sinks?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static Tensor? PerHead(ReadOnlyMemory<float> values, AttentionDevice device)
    {
        if (values.IsEmpty)
            return null;
        using var scope = NewDisposeScope();
        return tensor(values.ToArray()).to(device.ToTorch()).DetachFromDisposeScope();
    }

    /// <summary>A cache as a list of slots: [pages * page size, Hkv, D].</summary>
    private static Tensor Slots(Tensor pages) => pages.view(-1, pages.size(2), pages.size(3));
}
