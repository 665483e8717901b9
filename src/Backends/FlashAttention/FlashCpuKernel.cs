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
        // In 16 bits the kernel's own log-sum-exps are right to 5e-5 only, on processors that multiply in them.
        ScalarType type = operands.Query.dtype;
        bool isWidened = operands.WantsLogSumExp && type != ScalarType.Float32;
        Tensor query = operands.Query, keys = operands.Keys, values = operands.Values;
        if (isWidened)
            (query, keys, values) = (query.to(ScalarType.Float32), keys.to(ScalarType.Float32), values.to(ScalarType.Float32));

        Tensor? mask = isWidened ? operands.Bias?.to(ScalarType.Float32) : operands.Bias;
        if (operands.Mask is { } visible)
        {
            using Scalar hidden = float.NegativeInfinity;
            mask = zeros_like(visible, dtype: ScalarType.Float32).masked_fill(visible.logical_not(), hidden);
        }

        (Tensor output, Tensor logSumExp) = FlashAttentionOperators.OnCpu(
            query, keys, values, operands.IsCausal, mask, operands.Scale);
        return (isWidened ? output.to(type) : output, logSumExp);
    }
}
