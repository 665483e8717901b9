namespace AttentionGen.Cpu;

/// <summary>
/// How E4M3 is widened. Its subnormal numbers, every number below 2^-6, are common, and processors are slow to multiply
/// float32's: so a number gets float32's bias by a sum of its bits, and a subnormal one an exponent that is then subtracted.
/// </summary>
internal static class Float8E4M3Bits
{
    /// <summary>The difference of the exponents' biases, as float32's exponent.</summary>
    public const int BiasDifference = (127 - 7) << 23;

    /// <summary>The 1 that a subnormal number lacks, which is 1 of its exponent.</summary>
    public const int ImplicitOne = 1 << 23;

    /// <summary>What that 1 is worth: 2^-6.</summary>
    public const float LeastNormal = 0.015625f;
}
