namespace AttentionGen.Cpu;

/// <summary>
/// What a small format's bits, moved to float32's exponent and fraction, are multiplied by to give the number: 2 to the
/// difference of the exponents' biases.
/// </summary>
internal static class WideningFactors
{
    /// <summary>2^(127 - 15), for IEEE binary16.</summary>
    public const float Float16 = 5.192296858534828e33f;

    /// <summary>2^(127 - 7), for E4M3.</summary>
    public const float Float8E4M3 = 1.329227995784916e36f;
}
