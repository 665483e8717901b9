using AttentionGen.Conformance.Inputs;

namespace AttentionGen.Conformance.Judgement;

/// <summary>
/// Every limit of the battery, in one place. An error is measured against what libtorch's own arithmetic of the same
/// element type does on the same inputs, after FlashAttention's tests, plus what any float32 arithmetic may be off by.
/// </summary>
internal static class Tolerances
{
    private const double Float32Unit = 1.0 / (1 << 24);

    /// <summary>How many times libtorch's largest error an output may be off by: 2, and 3 with a soft cap.</summary>
    public static double Factor(bool hasSoftCap) => hasSoftCap ? 3 : 2;

    /// <summary>The largest difference of an element of the output.</summary>
    /// <param name="factor">See <see cref="Factor"/>.</param>
    /// <param name="libtorchError">libtorch's largest difference.</param>
    /// <param name="roundingError">What the element type loses of the reference when 0.3 is added and taken away.</param>
    /// <param name="largestScore">See <c>ReferenceResult</c>.</param>
    /// <param name="largestValue">See <c>ReferenceResult</c>.</param>
    public static double Output(double factor, double libtorchError, double roundingError, double largestScore, double largestValue) =>
        (factor * libtorchError) + (2 * roundingError) + (Float32Output(largestScore) * largestValue);

    /// <summary>The largest difference of a row of one head, as a length, by the length of the row's largest possible answer.</summary>
    public static double Row(double factor, double libtorchError, ElementType type, double largestScore) =>
        (factor * libtorchError) + ElementCodec.Epsilon(type) + Float32Output(largestScore);

    /// <summary>1 - 2 x y / (x x + y y) over the whole output: quadratic in the error that a row is granted.</summary>
    public static double Cosine(double factor, double libtorchDifference, ElementType type, double largestScore)
    {
        double unit = ElementCodec.Epsilon(type), scores = Float32Output(largestScore);
        return (factor * factor * libtorchDifference) + (0.25 * unit * unit) + (scores * scores);
    }

    /// <summary>
    /// The largest difference of a log-sum-exp. Scores are products of exact operands summed in float32 whatever the
    /// operands' type, so this does not depend on it; a GPU's tanh has 11 bits.
    /// </summary>
    public static double LogSumExp(double largestScore, float? softCap) =>
        (16 * Float32Unit * (1 + largestScore)) + (softCap is { } cap ? Math.Min(cap, largestScore) / (1 << 11) : 0);

    /// <summary>Four roundings of a score in float32 become a relative error of its weight.</summary>
    private static double Float32Output(double largestScore) => 4 * Float32Unit * (1 + largestScore);
}
