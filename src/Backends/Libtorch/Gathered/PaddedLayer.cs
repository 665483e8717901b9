using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>A layer that attends requests padded to one length, some at a time.</summary>
/// <param name="options">What the layer computes.</param>
/// <param name="kernel">What computes it.</param>
internal sealed class PaddedLayer(AttentionLayerOptions options, IPaddedKernel kernel) : GatheredLayer(options)
{
    /// <summary>The schedule that a layer of these options needs.</summary>
    public static ScheduleKey KeyOf(AttentionLayerOptions options) =>
        new(ScheduleKind.Padded, options.SlidingWindow, NeedsPositions: !options.AlibiSlopes.IsEmpty);

    protected override RowSelection? Attend(GatheredPlan plan, in GatheredTensors tensors)
    {
        PaddedSchedule schedule = plan.Padded(KeyOf(Options));
        foreach (PaddedCall call in schedule.Calls)
        {
            // What one call allocates, the next may use.
            using var scope = NewDisposeScope();
            Attend(call, tensors);
        }

        return schedule.Empty;
    }

    private void Attend(PaddedCall call, in GatheredTensors tensors)
    {
        long n = call.PaddedRequests, rows = call.PaddedQueries, heads = Options.QueryHeads, kvHeads = Options.KeyValueHeads;
        long group = heads / kvHeads;
        Tensor query = tensors.ReadQuery(call.QueryRows).reshape(n, rows, heads, -1).transpose(1, 2);
        Tensor keys = tensors.ReadKeys(call.KeyRows, call.KeysAreNew).reshape(n, call.Keys, kvHeads, -1).transpose(1, 2);
        Tensor values = tensors.ReadValues(call.KeyRows, call.KeysAreNew).reshape(n, call.Keys, kvHeads, -1).transpose(1, 2);
        bool wantsLogSumExp = NeedsLogSumExp(tensors);

        // Kernels take a bias in the type of the queries, and 16 bits of it are too coarse for a log-sum-exp.
        bool isCoarse = AlibiSlopes is not null && Options.ElementType != ElementType.Float32;
        bool isDense = Options.SoftCap is not null || (wantsLogSumExp && (isCoarse || !kernel.GivesLogSumExp));
        Tensor? mask = call.Mask, bias = BiasOf(call, isDense ? ScalarType.Float32 : query.dtype);
        bool isFolded = call.IsFolded && group > 1;
        if (isFolded)
        {
            query = query.reshape(n, kvHeads, group * rows, -1);
            bias = bias?.reshape(n, kvHeads, group * rows, call.Keys);
            mask = mask is null || mask.size(2) == 1 ? mask : mask.expand(n, group, rows, call.Keys).reshape(n, 1, group * rows, call.Keys);
        }

        (query, float scale) = PositiveScale.Of(query, ScaleFor(call.KeysAreNew));
        PaddedOperands operands = new(
            query, keys, values, bias is null ? mask : null, bias, call.IsCausal, scale, wantsLogSumExp);
        (Tensor output, Tensor? logSumExp) = isDense ? DenseAttention.Attend(operands, Options.SoftCap) : kernel.Attend(operands);

        output = output.reshape(n, heads, rows, -1).transpose(1, 2).narrow(0, 0, call.Requests).narrow(1, 0, call.Queries);
        logSumExp = logSumExp?.reshape(n, heads, rows).transpose(0, 1).narrow(1, 0, call.Requests).narrow(2, 0, call.Queries);
        Write(
            call.OutputRows,
            output.reshape(call.Requests * call.Queries, heads, -1),
            logSumExp?.reshape(heads, call.Requests * call.Queries),
            call.KeysAreNew,
            tensors);
    }

    /// <summary>The linear bias by distance, minus infinity where a key takes no part: [N, Hq, L, S].</summary>
    private Tensor? BiasOf(PaddedCall call, ScalarType type)
    {
        if (AlibiSlopes is null)
            return null;
        Tensor bias = call.Distances!.mul(AlibiSlopes.neg().view(1, -1, 1, 1));
        if (call.Mask is not null)
        {
            using Scalar hidden = float.NegativeInfinity;
            bias = bias.masked_fill(call.Mask.logical_not(), hidden);
        }

        return bias.to(type);
    }
}
