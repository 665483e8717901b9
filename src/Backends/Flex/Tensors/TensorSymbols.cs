using static TorchSharp.torch;

namespace AttentionGen.Flex;

/// <summary>What a function's symbols stand for, as tensors that broadcast to [N, Hq, L, S].</summary>
/// <param name="Score">Float32 [N, Hq, L, S]; null where only a mask is evaluated.</param>
/// <param name="Request">Int32, for example [N, 1, 1, 1].</param>
/// <param name="Head">Int32, for example [Hq, 1, 1].</param>
/// <param name="KeyValueHead">Int32, like <paramref name="Head"/>.</param>
/// <param name="Query">Int32, for example [L, 1].</param>
/// <param name="Key">Int32, for example [S].</param>
internal readonly record struct TensorSymbols(Tensor? Score, Tensor Request, Tensor Head, Tensor KeyValueHead, Tensor Query, Tensor Key);
