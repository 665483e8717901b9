using System.Buffers.Binary;

namespace AttentionGen.Conformance.Inputs;

/// <summary>Numbers to the bytes of an element type, rounded to the nearest, and back.</summary>
internal static class ElementCodec
{
    // The codes of an 8-bit type as numbers. Those of positive numbers are in the order of the numbers.
    private static readonly float[] s_e4m3 = [.. Enumerable.Range(0, 256).Select(static code => DecodeE4M3((byte)code))];
    private static readonly float[] s_e5m2 = [.. Enumerable.Range(0, 256).Select(static code => DecodeE5M2((byte)code))];

    private const byte LargestE4M3 = 0x7E;
    private const byte LargestE5M2 = 0x7B;

    /// <summary>The number of bytes of an element.</summary>
    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.Float32 => 4,
        ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float8E4M3 or ElementType.Float8E5M2 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Attention does not compute with elements of this type."),
    };

    /// <summary>The distance from 1 to the next larger number.</summary>
    public static double Epsilon(ElementType type) => type switch
    {
        ElementType.Float32 => Math.ScaleB(1, -23),
        ElementType.Float16 => Math.ScaleB(1, -10),
        ElementType.BFloat16 => Math.ScaleB(1, -7),
        ElementType.Float8E4M3 => Math.ScaleB(1, -3),
        _ => Math.ScaleB(1, -2),
    };

    /// <summary>What arithmetic may make 0: numbers below float32's smallest normal one, and those up to the type's smallest one.</summary>
    public static double Negligible(ElementType type) => Math.ScaleB(1, type == ElementType.Float16 ? -24 : -126);

    /// <summary>A number as the element type holds it.</summary>
    public static float Round(float value, ElementType type) => type switch
    {
        ElementType.Float32 => value,
        ElementType.Float16 => (float)(Half)value,
        ElementType.BFloat16 => DecodeBFloat16(EncodeBFloat16(value)),
        ElementType.Float8E4M3 => s_e4m3[EncodeByte(value, s_e4m3, LargestE4M3)],
        _ => s_e5m2[EncodeByte(value, s_e5m2, LargestE5M2)],
    };

    /// <summary>Writes numbers, one after the other.</summary>
    public static void Encode(ReadOnlySpan<float> values, ElementType type, Span<byte> bytes)
    {
        switch (type)
        {
            case ElementType.Float32:
                for (int i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteSingleLittleEndian(bytes[(4 * i)..], values[i]);
                break;
            case ElementType.Float16:
                for (int i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], (Half)values[i]);
                break;
            case ElementType.BFloat16:
                for (int i = 0; i < values.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], EncodeBFloat16(values[i]));
                break;
            case ElementType.Float8E4M3:
                for (int i = 0; i < values.Length; i++)
                    bytes[i] = EncodeByte(values[i], s_e4m3, LargestE4M3);
                break;
            default:
                for (int i = 0; i < values.Length; i++)
                    bytes[i] = EncodeByte(values[i], s_e5m2, LargestE5M2);
                break;
        }
    }

    /// <summary>Reads numbers, one after the other.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, ElementType type, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = type switch
            {
                ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]),
                ElementType.Float16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]),
                ElementType.BFloat16 => DecodeBFloat16(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..])),
                ElementType.Float8E4M3 => s_e4m3[bytes[i]],
                _ => s_e5m2[bytes[i]],
            };
        }
    }

    private static ushort EncodeBFloat16(float value)
    {
        if (float.IsNaN(value))
            return 0x7FC0;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static float DecodeBFloat16(ushort code) => BitConverter.UInt32BitsToSingle((uint)code << 16);

    /// <summary>The nearest code, of two that are as near the even one; the largest number's for all that are larger.</summary>
    private static byte EncodeByte(float value, float[] codes, byte largest)
    {
        if (float.IsNaN(value))
            return 0x7F;

        byte sign = float.IsNegative(value) ? (byte)0x80 : (byte)0;
        float magnitude = Math.Abs(value);
        if (magnitude >= codes[largest])
            return (byte)(sign | largest);

        int lower = Array.BinarySearch(codes, 0, largest + 1, magnitude);
        if (lower >= 0)
            return (byte)(sign | lower);
        lower = ~lower - 1;
        float below = magnitude - codes[lower], above = codes[lower + 1] - magnitude;
        bool isUp = above < below || (above == below && lower % 2 == 1);
        return (byte)(sign | (isUp ? lower + 1 : lower));
    }

    /// <summary>float8_e4m3fn: no infinities.</summary>
    private static float DecodeE4M3(byte code)
    {
        int exponent = (code >> 3) & 15, mantissa = code & 7;
        if (exponent == 15 && mantissa == 7)
            return float.NaN;
        float magnitude = exponent == 0 ? MathF.ScaleB(mantissa, -9) : MathF.ScaleB(8 + mantissa, exponent - 10);
        return (code & 0x80) == 0 ? magnitude : -magnitude;
    }

    /// <summary>float8_e5m2: the upper byte of a half-precision number.</summary>
    private static float DecodeE5M2(byte code) => (float)BitConverter.UInt16BitsToHalf((ushort)(code << 8));
}
