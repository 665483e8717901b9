using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch;

/// <summary>Sums of two tensors.</summary>
internal static class TensorSum
{
    /// <summary>The sum of two tensors, new.</summary>
    /// <remarks>
    /// TorchSharp's own <c>add</c> of two tensors makes a number, 1, that may be collected while native code reads it.
    /// </remarks>
    public static Tensor Plus(this Tensor left, Tensor right)
    {
        using Scalar one = 1;
        return left.add(right, one);
    }
}
