namespace AttentionGen.Cpu;

/// <summary>Rounds float32 to smaller formats: to the nearest, ties to even.</summary>
internal static partial class ElementRounding
{
    private const float LargestFloat8E4M3 = 448;

    /// <summary>The upper half of the number's bits, rounded. NaN stays NaN.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Numbers beyond 448, infinities too, become 448 of their sign. NaN stays NaN.</summary>
    public static byte ToFloat8E4M3(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint sign = (bits >> 24) & 0x80;
        float magnitude = MathF.Abs(value);
        if (float.IsNaN(value))
            return (byte)(sign | 0x7F);
        if (magnitude >= LargestFloat8E4M3)
            return (byte)(sign | 0x7E);

        // Below 2^-6 numbers are multiples of 2^-9: adding 2^14 leaves a fraction of just that step.
        if (magnitude < 0.015625f)
            return (byte)(sign | (BitConverter.SingleToUInt32Bits(magnitude + 16384f) - BitConverter.SingleToUInt32Bits(16384f)));

        // Three bits of fraction stay; the exponent's bias falls from 127 to 7.
        uint rounded = BitConverter.SingleToUInt32Bits(magnitude);
        rounded += 0x7FFFF + ((rounded >> 20) & 1);
        return (byte)(sign | ((rounded >> 20) - ((127 - 7) << 3)));
    }
}
