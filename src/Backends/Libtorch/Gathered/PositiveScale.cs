using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// The same scores by a positive scale. Kernels multiply scores that they have hidden by minus infinity, which another scale
/// would make no number or plus infinity.
/// </summary>
internal static class PositiveScale
{
    /// <summary>Queries and a scale above 0 that give the scores of the given ones.</summary>
    public static (Tensor Query, float Scale) Of(Tensor query, float scale)
    {
        if (scale > 0)
            return (query, scale);
        return scale < 0 ? (query.neg(), -scale) : (zeros_like(query), 1);
    }
}
