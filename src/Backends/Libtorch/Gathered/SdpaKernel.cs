using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>libtorch's scaled dot product attention, which chooses among its kernels itself and gives no log-sum-exps.</summary>
internal sealed class SdpaKernel : IPaddedKernel
{
    public bool GivesLogSumExp => false;

    public (Tensor Output, Tensor? LogSumExp) Attend(in PaddedOperands operands)
    {
        bool isGrouped = operands.Query.size(1) != operands.Keys.size(1);
        Tensor output = ScaledDotProductAttention.Forward(
            operands.Query, operands.Keys, operands.Values, operands.Bias ?? operands.Mask, operands.IsCausal, operands.Scale, isGrouped);
        return (output, null);
    }
}
