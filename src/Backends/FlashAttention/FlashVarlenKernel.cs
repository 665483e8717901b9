using AttentionGen.Libtorch;
using AttentionGen.Libtorch.Gathered;
using static TorchSharp.torch;

namespace AttentionGen.FlashAttention;

/// <summary>FlashAttention-2 of libtorch's CUDA build over a whole batch in one call.</summary>
/// <param name="flash">The operator.</param>
internal sealed class FlashVarlenKernel(FlashAttentionOperators.VarlenOperator flash) : IVarlenKernel
{
    public (Tensor Output, Tensor? LogSumExp) Attend(in VarlenOperands operands)
    {
        VarlenStep step = operands.Step;
        long? left = step.Window - 1, right = step.IsCausal ? (left is null ? null : 0) : left;

        (Tensor output, Tensor logSumExp) = flash(new FlashAttentionOperators.VarlenArguments(
            operands.Query, operands.Keys, operands.Values, step.QueryStartLoc, step.KeyStartLoc, step.MaxQueries, step.MaxKeys,
            step.IsCausal, operands.Scale, left, right));
        return (output, logSumExp);
    }
}
