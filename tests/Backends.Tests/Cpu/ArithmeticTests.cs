using System.Runtime.Intrinsics;
using AttentionGen.Cpu;
using AttentionGen.Tests.Attention;
using Xunit;

namespace AttentionGen.Tests.Cpu;

/// <summary>Conversions and functions of the CPU engine against their definitions.</summary>
public sealed unsafe class ArithmeticTests
{
    [Fact]
    public void WidensEveryNumberOfTheSmallFormats()
    {
        Widen<Vector128Simd, Vector128<float>>();
        if (Avx2Simd.IsSupported)
            Widen<Avx2Simd, Vector256<float>>();
        if (Avx512Simd.IsSupported)
            Widen<Avx512Simd, Vector512<float>>();
    }

    [Fact]
    public void RoundsToTheNearestEightBitNumber()
    {
        Random random = new(5);
        for (int i = 0; i < 20000; i++)
        {
            float value = (random.NextSingle() - 0.5f) * MathF.Pow(2, random.Next(-12, 12));
            Assert.Equal(Float8.Encode(value), ElementRounding.ToFloat8E4M3(value));
        }

        // Every number itself, and every point midway between two.
        for (int code = 0; code < 0x7E; code++)
        {
            float number = Float8.Decode((byte)code), middle = (number + Float8.Decode((byte)(code + 1))) / 2;
            Assert.Equal(code, ElementRounding.ToFloat8E4M3(number));
            Assert.Equal(code % 2 == 0 ? code : code + 1, ElementRounding.ToFloat8E4M3(middle));
            Assert.Equal(code, ElementRounding.ToFloat8E4M3(MathF.BitDecrement(middle)));
        }

        Assert.Equal([0x7E, 0xFE, 0x7E, 0xFE, 0x80], new[] { 449f, -1e30f, float.PositiveInfinity, float.NegativeInfinity, -0f }.Select(ElementRounding.ToFloat8E4M3));
        Assert.Equal(0x7F, ElementRounding.ToFloat8E4M3(float.NaN) & 0x7F);
    }

    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(1.00390625f, 0x3F80)]
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(3.4028235e38f, 0x7F80)]
    [InlineData(float.NegativeInfinity, 0xFF80)]
    [InlineData(-0f, 0x8000)]
    public void RoundsToTheNearestBFloat16(float value, int bits) => Assert.Equal(bits, ElementRounding.ToBFloat16(value));

    [Fact]
    public void KeepsNaNInBFloat16()
    {
        foreach (int bits in (int[])[0x7F800001, 0x7FFFFFFF, unchecked((int)0xFF800001), unchecked((int)0xFFFFFFFF)])
        {
            int rounded = ElementRounding.ToBFloat16(BitConverter.Int32BitsToSingle(bits));
            Assert.True(float.IsNaN(BitConverter.Int32BitsToSingle(rounded << 16)));
        }
    }

    [Fact]
    public void RoundsFourNumbersAsEachAlone()
    {
        Random random = new(6);
        for (int i = 0; i < 200000; i++)
        {
            // Every exponent is as likely as another, and every bit pattern near where rounding changes.
            uint exponents = (uint)random.Next(100, 145) << 23, bits = (uint)random.NextInt64(1L << 32);
            bits = (i % 3) switch { 0 => bits, 1 => (bits & 0x807FFFFF) | exponents, _ => (bits & 0x807FF000) | exponents };
            float value = BitConverter.UInt32BitsToSingle(bits);
            Vector128<float> values = Vector128.Create(value, -value, 1, value);
            AssertLanes(values, ElementRounding.ToBFloat16(values), static x => ElementRounding.ToBFloat16(x));
            AssertLanes(values, ElementRounding.ToFloat16(values), static x => float.IsNaN(x) ? HalfNaN(x) : BitConverter.HalfToUInt16Bits((Half)x));
            uint eight = ElementRounding.ToFloat8E4M3(values);
            for (int lane = 0; lane < 4; lane++)
                Assert.Equal(ElementRounding.ToFloat8E4M3(values[lane]), (byte)(eight >> (8 * lane)));
        }
    }

    private static ushort HalfNaN(float value) => (ushort)(float.IsNegative(value) ? 0xFE00 : 0x7E00);

    private static void AssertLanes(Vector128<float> values, ulong packed, Func<float, ushort> round)
    {
        for (int lane = 0; lane < 4; lane++)
            Assert.Equal(round(values[lane]), (ushort)(packed >> (16 * lane)));
    }

    [Fact]
    public void FindsEveryNumberThatIsNotFinite()
    {
        Check<Float32Element>(static () => BitConverter.GetBytes(float.PositiveInfinity));
        Check<BFloat16Element>(static () => BitConverter.GetBytes((ushort)0xFF80));
        Check<Float16Element>(static () => BitConverter.GetBytes((ushort)0x7C00));
        Check<Float8E4M3Element>(static () => [0xFF]);

        static void Check<TElement>(Func<byte[]> special)
            where TElement : struct, IElement
        {
            byte** rows = stackalloc byte*[2];
            foreach (int size in (int[])[1, 16, 40, 128, 136])
            {
                byte[] first = new byte[size * TElement.Size], second = new byte[size * TElement.Size];
                fixed (byte* a = first, b = second)
                {
                    rows[0] = a;
                    rows[1] = b;
                    Assert.True(TElement.AreFinite(rows, 2, size));
                    for (int i = 0; i < size; i++)
                    {
                        special().CopyTo(second, i * TElement.Size);
                        Assert.False(TElement.AreFinite(rows, 2, size));
                        Assert.True(TElement.AreFinite(rows, 1, size));
                        second.AsSpan().Clear();
                    }
                }
            }
        }
    }

    [Fact]
    public void ComputesPowersOfTwoAndHyperbolicTangents()
    {
        Functions<Vector128Simd, Vector128<float>>();
        if (Avx2Simd.IsSupported)
            Functions<Avx2Simd, Vector256<float>>();
        if (Avx512Simd.IsSupported)
            Functions<Avx512Simd, Vector512<float>>();
    }

    private static void Functions<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (float x = -125.9f; x <= 126; x += 0.0137f)
            Assert.InRange(Exponential<TSimd, TVector>.OfTwo(x) / Math.Pow(2, x), 1 - 2.5e-7, 1 + 2.5e-7);
        for (float x = -12; x <= 12; x += 0.00137f)
            Assert.InRange(TSimd.First(HyperbolicTangent<TSimd, TVector>.Of(TSimd.Broadcast(x))) / Math.Tanh(x), 1 - 5e-7, 1 + 5e-7);

        Assert.Equal(1, Exponential<TSimd, TVector>.OfTwo(0));
        Assert.Equal(0, Exponential<TSimd, TVector>.OfTwo(-127));
        Assert.Equal(0, Exponential<TSimd, TVector>.OfTwo(-1e30f));
        Assert.Equal(0, Exponential<TSimd, TVector>.OfTwo(float.NegativeInfinity));
        Assert.True(float.IsNaN(Exponential<TSimd, TVector>.OfTwo(float.NaN)));
        Assert.Equal(-1, TSimd.First(HyperbolicTangent<TSimd, TVector>.Of(TSimd.Broadcast(float.NegativeInfinity))));
        Assert.True(float.IsNaN(TSimd.First(HyperbolicTangent<TSimd, TVector>.Of(TSimd.Broadcast(float.NaN)))));
    }

    private static void Widen<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (int bits = 0; bits < 65536; bits++)
        {
            ushort[] same = new ushort[16];
            Array.Fill(same, (ushort)bits);
            fixed (ushort* source = same)
            {
                Assert.Equal((float)BitConverter.UInt16BitsToHalf((ushort)bits), TSimd.First(TSimd.LoadFloat16(source)));
                Assert.Equal(BitConverter.Int32BitsToSingle(bits << 16), TSimd.First(TSimd.LoadBFloat16(source)));
            }
        }

        for (int code = 0; code < 256; code++)
        {
            byte[] same = new byte[16];
            Array.Fill(same, (byte)code);
            fixed (byte* source = same)
                Assert.Equal(Float8.Decode((byte)code), TSimd.First(TSimd.LoadFloat8E4M3(source)));
        }
    }
}
