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

        // Its causal kernel biases by the key's position alone, which changes a row's scores by one number: the softmax is
        // the same and its sum is not. Its windowed kernel biases by distance, and a window over all keys masks nothing.
        if (operands.AlibiSlopes is not null && step.IsCausal && left is null && operands.WantsLogSumExp)
            (left, right) = (step.MaxKeys - 1, 0);

        (Tensor output, Tensor logSumExp) = flash(new FlashAttentionOperators.VarlenArguments(
            operands.Query, operands.Keys, operands.Values, step.QueryStartLoc, step.KeyStartLoc, step.MaxQueries, step.MaxKeys,
            step.IsCausal, operands.Scale, left, right, operands.AlibiSlopes));
        return (output, logSumExp);
    }
}
