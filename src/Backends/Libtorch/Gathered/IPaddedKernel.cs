using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>An operator of libtorch that attends requests padded to one length.</summary>
internal interface IPaddedKernel
{
    /// <summary>Whether it can give log-sum-exps. Where it cannot, <see cref="DenseAttention"/> computes what needs them.</summary>
    bool GivesLogSumExp { get; }

    /// <summary>Attends.</summary>
    /// <returns>Output [N, H, L, Dv] of the query's type, and float32 log-sum-exps [N, H, L] where they are wanted.</returns>
    (Tensor Output, Tensor? LogSumExp) Attend(in PaddedOperands operands);
}
