using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>The operands of one varlen call.</summary>
/// <param name="Query">[rows, Hq, D].</param>
/// <param name="Keys">[keys, Hkv, D].</param>
/// <param name="Values">[keys, Hkv, Dv].</param>
/// <param name="Step">Where the requests begin, and what a query sees.</param>
/// <param name="Scale">Factor on the scores.</param>
/// <param name="WantsLogSumExp">Whether log-sum-exps are wanted.</param>
internal readonly record struct VarlenOperands(
    Tensor Query, Tensor Keys, Tensor Values, VarlenStep Step, float Scale, bool WantsLogSumExp);
