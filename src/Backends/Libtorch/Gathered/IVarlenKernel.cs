using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>An operator of libtorch that attends requests laid end to end.</summary>
internal interface IVarlenKernel
{
    /// <summary>Attends.</summary>
    /// <returns>Output [rows, Hq, Dv] of the query's type, and float32 log-sum-exps [Hq, rows] where they are wanted.</returns>
    (Tensor Output, Tensor? LogSumExp) Attend(in VarlenOperands operands);
}
