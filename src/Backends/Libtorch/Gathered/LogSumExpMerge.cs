using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// Merges attention over two parts of the keys by their log-sum-exps, as split-KV and cascades do
/// (<see href="https://arxiv.org/abs/2501.01005"/>, section 2.2).
/// </summary>
internal static class LogSumExpMerge
{
    /// <summary>Merges outputs [rows, H, Dv] with natural float32 log-sum-exps [H, rows].</summary>
    /// <remarks>
    /// Minus infinity says that a part had no keys; its output is left out. Where both had none the output is 0 and the
    /// log-sum-exp minus infinity. Plus infinity, FlashAttention's own mark of an empty row, counts as minus infinity.
    /// </remarks>
    /// <returns>Output in the type of the first, and its float32 log-sum-exps.</returns>
    public static (Tensor Output, Tensor LogSumExp) Merge(Tensor output, Tensor logSumExp, Tensor other, Tensor otherLogSumExp)
    {
        using Scalar zero = 0f, none = float.NegativeInfinity;
        Tensor left = logSumExp.masked_fill(logSumExp.isposinf(), none);
        Tensor right = otherLogSumExp.masked_fill(otherLogSumExp.isposinf(), none);
        Tensor merged = left.logaddexp(right);

        // No key on either side: the difference of two infinities would be no number.
        Tensor reference = merged.masked_fill(merged.isneginf(), zero);
        Tensor result = Weigh(output, left.sub(reference)).Plus(Weigh(other, right.sub(reference)));
        return (result.to(output.dtype), merged);

        Tensor Weigh(Tensor part, Tensor logWeight)
        {
            Tensor weight = logWeight.exp().transpose(0, 1).unsqueeze(-1);
            return part.to(ScalarType.Float32).mul(weight).masked_fill(weight.eq(zero), zero);
        }
    }
}
