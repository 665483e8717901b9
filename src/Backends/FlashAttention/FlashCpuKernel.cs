using AttentionGen.Libtorch;
using AttentionGen.Libtorch.Gathered;
using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.FlashAttention;

/// <summary>libtorch's FlashAttention kernel for the CPU.</summary>
internal sealed class FlashCpuKernel : IPaddedKernel
{
    public bool GivesLogSumExp => true;

    public (Tensor Output, Tensor? LogSumExp) Attend(in PaddedOperands operands)
    {
        Tensor? mask = operands.Bias;
        if (operands.Mask is { } visible)
        {
            using Scalar hidden = float.NegativeInfinity;
            mask = zeros_like(visible, dtype: ScalarType.Float32).masked_fill(visible.logical_not(), hidden);
        }

        (Tensor output, Tensor logSumExp) = FlashAttentionOperators.OnCpu(
            operands.Query, operands.Keys, operands.Values, operands.IsCausal, mask, operands.Scale);
        return (output, logSumExp);
    }
}
