using AttentionGen.Libtorch;
using AttentionGen.Libtorch.Gathered;
using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.XFormers;

/// <summary>
/// Memory-efficient attention over requests padded to one length, with what the operator refuses for requests laid end to
/// end: a bias, which here is also the mask.
/// </summary>
/// <param name="attend">The operator.</param>
internal sealed class EfficientPaddedKernel(EfficientAttention.Operator attend) : IPaddedKernel
{
    public bool GivesLogSumExp => true;

    public (Tensor Output, Tensor? LogSumExp) Attend(in PaddedOperands operands)
    {
        Tensor query = operands.Query;
        long n = query.size(0), heads = query.size(1), rows = query.size(2), columns = operands.Keys.size(2);
        Tensor? bias = operands.Bias;
        if (operands.Mask is { } visible)
        {
            using Scalar hidden = float.NegativeInfinity;
            bias = zeros_like(visible, dtype: query.dtype).masked_fill(visible.logical_not(), hidden).expand(n, heads, rows, columns);
        }

        Tensor values = EfficientValues.Pad(operands.Values);
        (Tensor output, Tensor logSumExp) = attend(new EfficientAttention.Arguments(
            query.transpose(1, 2).contiguous(),
            EfficientValues.Repeat(operands.Keys, heads).transpose(1, 2),
            EfficientValues.Repeat(values, heads).transpose(1, 2),
            bias,
            QueryStartLoc: null,
            KeyStartLoc: null,
            rows,
            columns,
            operands.IsCausal,
            Window: null,
            operands.Scale,
            operands.WantsLogSumExp));
        return (
            output.transpose(1, 2).narrow(-1, 0, operands.Values.size(3)),
            operands.WantsLogSumExp ? logSumExp.narrow(2, 0, rows) : null);
    }
}
