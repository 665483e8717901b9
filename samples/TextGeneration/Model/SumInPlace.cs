using TorchSharp;
using static TorchSharp.torch;

namespace TextGeneration.Model;

/// <summary>A sum that takes the left tensor's place.</summary>
/// <remarks>
/// TorchSharp's own <c>add_</c> of two tensors makes a number, 1, that may be collected while native code reads it. This one
/// stays.
/// </remarks>
internal static class SumInPlace
{
    private static readonly Scalar s_one = 1;

    public static Tensor Add(this Tensor left, Tensor right) => left.add_(right, s_one);
}
