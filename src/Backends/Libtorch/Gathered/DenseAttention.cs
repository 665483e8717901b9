using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// Attention by matrix products in float32, with everything that libtorch's kernels leave out: soft caps, and log-sum-exps
/// beside any mask and bias. The scores are in memory, some query rows at a time.
/// </summary>
internal static class DenseAttention
{
    private const long MaxScores = 64L << 20;

    /// <summary>Attends [N, H, L, D] queries to [N, Hkv, S, D] keys; H is a multiple of Hkv.</summary>
    /// <returns>Output [N, H, L, Dv] in the queries' type, and float32 log-sum-exps [N, H, L].</returns>
    public static (Tensor Output, Tensor LogSumExp) Attend(in PaddedOperands operands, float? softCap)
    {
        Tensor query = operands.Query;
        long n = query.size(0), heads = query.size(1), rows = query.size(2), columns = operands.Keys.size(2), kvHeads = operands.Keys.size(1);
        Tensor keys = operands.Keys.to(ScalarType.Float32).reshape(n * kvHeads, columns, query.size(3)).transpose(1, 2);
        Tensor values = operands.Values.to(ScalarType.Float32).reshape(n * kvHeads, columns, operands.Values.size(3));
        long step = Math.Clamp(MaxScores / Math.Max(1, n * heads * columns), 1, Math.Max(1, rows));
        if (step >= rows)
            return AttendRows(operands, keys, values, 0, rows, softCap);

        List<Tensor> outputs = [], logSumExps = [];
        for (long first = 0; first < rows; first += step)
        {
            using var scope = NewDisposeScope();
            (Tensor output, Tensor logSumExp) = AttendRows(operands, keys, values, first, Math.Min(step, rows - first), softCap);
            outputs.Add(output.MoveToOuterDisposeScope());
            logSumExps.Add(logSumExp.MoveToOuterDisposeScope());
        }

        return (cat(outputs, 2), cat(logSumExps, 2));
    }

    private static (Tensor Output, Tensor LogSumExp) AttendRows(
        in PaddedOperands operands, Tensor keys, Tensor values, long first, long count, float? softCap)
    {
        long n = operands.Query.size(0), heads = operands.Query.size(1), kvHeads = operands.Keys.size(1), columns = operands.Keys.size(2);
        long group = heads / kvHeads;

        // The query heads that share a KV head become rows of one matrix: [N * Hkv, group * rows, D].
        using Scalar scale = operands.Scale;
        Tensor query = operands.Query.narrow(2, first, count).to(ScalarType.Float32).mul(scale).reshape(n * kvHeads, group * count, operands.Query.size(3));
        Tensor scores = query.bmm(keys).view(n, heads, count, columns);
        if (softCap is { } cap)
        {
            using Scalar limit = cap;
            scores = scores.div(limit).tanh().mul(limit);
        }

        if (operands.Bias is { } bias)
            scores = scores.Plus(bias.narrow(2, first, count));
        if (operands.IsCausal)
            scores = Hide(scores, Triangle(first, count, columns, scores.device));
        else if (operands.Mask is { } mask)
            scores = Hide(scores, mask.size(2) == 1 ? mask : mask.narrow(2, first, count));

        Tensor logSumExp = scores.logsumexp(-1, keepdim: true);
        Tensor output = scores.sub(logSumExp).exp().view(n * kvHeads, group * count, columns).bmm(values);
        return (output.view(n, heads, count, values.size(2)).to(operands.Query.dtype), logSumExp.squeeze(-1));
    }

    private static Tensor Hide(Tensor scores, Tensor visible)
    {
        using Scalar hidden = float.NegativeInfinity;
        return scores.masked_fill(visible.logical_not(), hidden);
    }

    private static Tensor Triangle(long first, long count, long columns, Device device) =>
        arange(columns, dtype: ScalarType.Int64, device: device).unsqueeze(0)
            .le(arange(first, first + count, dtype: ScalarType.Int64, device: device).unsqueeze(1));
}
