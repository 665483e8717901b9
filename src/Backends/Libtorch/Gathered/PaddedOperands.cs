using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>The operands of one padded call.</summary>
/// <param name="Query">[N, H, L, D]; H is a multiple of Hkv.</param>
/// <param name="Keys">[N, Hkv, S, D].</param>
/// <param name="Values">[N, Hkv, S, Dv].</param>
/// <param name="Mask">Bool, broadcasts to [N, H, L, S], true where a key takes part; null with a bias, which has it in it.</param>
/// <param name="Bias">Added to the scores: [N, H, L, S] of the query's type or Float32, minus infinity where a key takes no part; or null.</param>
/// <param name="IsCausal">Row i sees columns up to i; then there is neither mask nor bias.</param>
/// <param name="Scale">Factor on the scores.</param>
/// <param name="WantsLogSumExp">Whether log-sum-exps are wanted.</param>
internal readonly record struct PaddedOperands(
    Tensor Query, Tensor Keys, Tensor Values, Tensor? Mask, Tensor? Bias, bool IsCausal, float Scale, bool WantsLogSumExp);
