using static TorchSharp.torch;

namespace AttentionGen.TorchSdpa;

/// <summary>
/// Attention by matrix products in float32, which returns log-sum-exps: scaled dot product attention as an operator does
/// not.
/// </summary>
internal static class LogSumExpMath
{
    /// <summary>Attends [N, H, L, D] queries to [N, Hkv, S, D] keys.</summary>
    /// <returns>Output [N, H, L, Dv] in the queries' type, and float32 log-sum-exps [N, H, L].</returns>
    public static (Tensor Output, Tensor LogSumExp) Attend(
        Tensor query, Tensor keys, Tensor values, Tensor? mask, bool isCausal, float scale)
    {
        long n = query.size(0), heads = query.size(1), rows = query.size(2), kvHeads = keys.size(1), columns = keys.size(2);
        long group = heads / kvHeads;

        // The query heads that share a KV head become rows of one matrix: [N * Hkv, group * L, D].
        using Tensor factor = tensor(scale, device: query.device);
        Tensor q = query.to(ScalarType.Float32).mul(factor).reshape(n * kvHeads, group * rows, query.size(3));
        Tensor k = keys.to(ScalarType.Float32).reshape(n * kvHeads, columns, keys.size(3));
        Tensor v = values.to(ScalarType.Float32).reshape(n * kvHeads, columns, values.size(3));
        Tensor scores = q.bmm(k.transpose(1, 2)).view(n, kvHeads, group, rows, columns);
        if (isCausal)
            mask = ones(rows, columns, dtype: ScalarType.Bool, device: query.device).tril();
        if (mask is not null)
        {
            Tensor visible = mask.dim() == 4 ? mask.unsqueeze(1) : mask;
            scores = where(visible, scores, tensor(float.NegativeInfinity, device: query.device));
        }

        Tensor logSumExp = scores.logsumexp(-1, keepdim: true);
        Tensor weights = scores.sub(logSumExp).exp();
        Tensor output = weights.view(n * kvHeads, group * rows, columns).bmm(v);
        return (output.view(n, heads, rows, values.size(3)).to(query.dtype), logSumExp.view(n, heads, rows));
    }
}
