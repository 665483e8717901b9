namespace AttentionGen.Cpu;

/// <summary>How IEEE binary16 is widened.</summary>
internal static class Float16Bits
{
    /// <summary>
    /// 2^(127 - 15): what a number's bits, moved to float32's exponent and fraction, are multiplied by to give the number.
    /// </summary>
    public const float WideningFactor = 5.192296858534828e33f;
}
