namespace AttentionGen.Tests.Plain;

/// <summary>The elements of a tensor in host memory as numbers, whatever their type and strides.</summary>
internal readonly unsafe struct Elements(TensorView view)
{
    private static readonly float[] s_e4m3 = [.. Enumerable.Range(0, 256).Select(static code => E4M3((byte)code))];
    private static readonly float[] s_e5m2 = [.. Enumerable.Range(0, 256).Select(static code => (float)BitConverter.UInt16BitsToHalf((ushort)(code << 8)))];

    private readonly byte* _data = (byte*)view.Data;
    private readonly ElementType _type = view.IsDefined ? view.ElementType : ElementType.Float32;
    private readonly long _stride0 = view.IsDefined ? view.Stride(0) : 0;
    private readonly long _stride1 = view.IsDefined ? view.Stride(1) : 0;
    private readonly long _stride2 = view.Rank > 2 ? view.Stride(2) : 0;
    private readonly long _stride3 = view.Rank > 3 ? view.Stride(3) : 0;

    public float this[long i, long j, long k = 0, long l = 0]
    {
        get
        {
            long place = At(i, j, k, l);
            return _type switch
            {
                ElementType.Float32 => ((float*)_data)[place],
                ElementType.Float16 => (float)((Half*)_data)[place],
                ElementType.BFloat16 => BitConverter.Int32BitsToSingle(((ushort*)_data)[place] << 16),
                ElementType.Float8E4M3 => s_e4m3[_data[place]],
                _ => s_e5m2[_data[place]],
            };
        }

        set
        {
            long place = At(i, j, k, l);
            switch (_type)
            {
                case ElementType.Float32:
                    ((float*)_data)[place] = value;
                    break;
                case ElementType.Float16:
                    ((Half*)_data)[place] = (Half)value;
                    break;
                case ElementType.BFloat16:
                    int bits = BitConverter.SingleToInt32Bits(value);
                    ((ushort*)_data)[place] = float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
                    break;
                case ElementType.Float8E4M3:
                    _data[place] = Nearest(s_e4m3, value);
                    break;
                default:
                    _data[place] = Nearest(s_e5m2, value);
                    break;
            }
        }
    }

    private long At(long i, long j, long k, long l) => (i * _stride0) + (j * _stride1) + (k * _stride2) + (l * _stride3);

    private static float E4M3(byte code)
    {
        int exponent = (code >> 3) & 15;
        float fraction = (code & 7) / 8f;
        float magnitude = (code & 0x7F) == 0x7F ? float.NaN : exponent == 0 ? fraction * MathF.Pow(2, -6) : (1 + fraction) * MathF.Pow(2, exponent - 7);
        return code < 128 ? magnitude : -magnitude;
    }

    /// <summary>By trying all; of two that are as near the even one.</summary>
    private static byte Nearest(float[] codes, float value)
    {
        if (float.IsNaN(value))
            return 0x7F;
        int first = float.IsNegative(value) ? 128 : 0, best = first;
        for (int code = first; code < first + 128; code++)
        {
            if (!float.IsFinite(codes[code]))
                continue;
            float error = Math.Abs(codes[code] - value), bestError = Math.Abs(codes[best] - value);
            if (error < bestError || (error == bestError && code % 2 == 0))
                best = code;
        }

        return (byte)best;
    }
}
