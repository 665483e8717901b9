namespace AttentionGen.Tests.Attention;

/// <summary>E4M3 by its definition: a sign, 4 bits of exponent with bias 7, 3 of fraction, no infinities, NaN as all ones.</summary>
internal static class Float8
{
    public const byte NaN = 0x7F;

    private static readonly float[] s_numbers = [.. Enumerable.Range(0, 256).Select(static code => Decode((byte)code))];

    public static float Decode(byte code)
    {
        int exponent = (code >> 3) & 15, fraction = code & 7;
        if (exponent == 15 && fraction == 7)
            return float.NaN;
        double magnitude = exponent == 0 ? fraction * Math.Pow(2, -9) : (8 + fraction) * Math.Pow(2, exponent - 10);
        return (float)((code & 0x80) != 0 ? -magnitude : magnitude);
    }

    /// <summary>The nearest number's code; of two as near, the even one. Saturates.</summary>
    public static byte Encode(float value)
    {
        if (float.IsNaN(value))
            return (byte)(float.IsNegative(value) ? 0xFF : NaN);
        int sign = float.IsNegative(value) ? 0x80 : 0;
        double best = double.PositiveInfinity;
        int nearest = 0;
        for (int code = 0; code < 0x7F; code++)
        {
            double distance = Math.Abs(Math.Min(Math.Abs((double)value), 448) - s_numbers[code]);
            if (distance < best || (distance == best && code % 2 == 0))
                (best, nearest) = (distance, code);
        }

        return (byte)(sign | nearest);
    }
}
