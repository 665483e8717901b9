using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AttentionGen.Cpu;

/// <summary>512 bits: AVX-512 F, DQ and BW.</summary>
internal readonly unsafe struct Avx512Simd : ISimd<Vector512<float>>
{
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported && Avx512DQ.IsSupported && Avx512BW.IsSupported;
    }

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    public static int RegisterCount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 32;
    }

    public static Vector512<float> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<float>.Zero;
    }

    public static Vector512<float> Ascending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512.Create(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f, 11f, 12f, 13f, 14f, 15f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Avx512F.LoadVector512(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBroadcast(float* source) => Vector512.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBFloat16(ushort* source) =>
        Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512Int32(Avx.LoadVector256(source)), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadFloat16(ushort* source)
    {
        // The exponent's bias is corrected by a product, which makes subnormal numbers normal ones too.
        Vector512<int> bits = Avx512F.ConvertToVector512Int32(Avx.LoadVector256(source));
        Vector512<int> magnitude = Avx512F.And(bits, Vector512.Create(0x7FFF));
        Vector512<float> finite = Avx512F.Multiply(Avx512F.ShiftLeftLogical(magnitude, 13).AsSingle(), Vector512.Create(Float16Bits.WideningFactor));
        Vector512<int> special = Avx512F.And(Avx512F.CompareGreaterThan(magnitude, Vector512.Create(0x7BFF)), Vector512.Create(0x7F800000));
        Vector512<int> sign = Avx512F.ShiftLeftLogical(Avx512F.AndNot(Vector512.Create(0x7FFF), bits), 16);
        return Avx512F.Or(Avx512F.Or(finite.AsInt32(), special), sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadFloat8E4M3(byte* source)
    {
        Vector512<int> bits = Avx512F.ConvertToVector512Int32(Sse2.LoadVector128(source));
        Vector512<int> magnitude = Avx512F.And(bits, Vector512.Create(0x7F));
        Vector512<int> small = Avx512F.CompareLessThan(magnitude, Vector512.Create(0x08));
        Vector512<int> special = Avx512F.And(Avx512F.CompareEqual(magnitude, Vector512.Create(0x7F)), Vector512.Create(0x7FC00000));
        Vector512<int> biased = Avx512F.Add(Avx512F.ShiftLeftLogical(magnitude, 20), Vector512.Create(Float8E4M3Bits.BiasDifference));
        Vector512<float> subnormal = Avx512F.Subtract(
            Avx512F.Add(biased, Vector512.Create(Float8E4M3Bits.ImplicitOne)).AsSingle(), Vector512.Create(Float8E4M3Bits.LeastNormal));
        Vector512<int> finite = Avx512F.BlendVariable(biased, subnormal.AsInt32(), small);
        Vector512<int> sign = Avx512F.ShiftLeftLogical(Avx512F.AndNot(Vector512.Create(0x7F), bits), 24);
        return Avx512F.Or(Avx512F.Or(finite, special), sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<float> value) => Avx512F.Store(target, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => Avx512F.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => Avx512F.Subtract(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => Avx512F.Multiply(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> left, Vector512<float> right) => Avx512F.Divide(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Avx512F.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> left, Vector512<float> right) => Avx512F.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> left, Vector512<float> right) => Avx512F.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> value) => Avx512DQ.AndNot(Vector512.Create(-0f), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> CopySign(Vector512<float> magnitude, Vector512<float> sign) =>
        Avx512DQ.Or(Avx512DQ.AndNot(Vector512.Create(-0f), magnitude), Avx512DQ.And(Vector512.Create(-0f), sign));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SelectLess(Vector512<float> left, Vector512<float> right, Vector512<float> whenLess, Vector512<float> otherwise) =>
        Avx512F.BlendVariable(otherwise, whenLess, Avx512F.CompareLessThan(left, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Round(Vector512<float> value) => Avx512F.RoundScale(value, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyByPowerOfTwo(Vector512<float> value, Vector512<float> exponent) =>
        Avx512F.Add(value.AsInt32(), Avx512F.ShiftLeftLogical(Avx512F.ConvertToVector512Int32(exponent), 23)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> value) => Avx2Simd.Sum(Avx.Add(value.GetLower(), value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector512<float> value) => Avx2Simd.MaxAcross(Avx.Max(value.GetLower(), value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float First(Vector512<float> value) => value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector512<float> first, Vector512<float> second, Vector512<float> third, Vector512<float> fourth)
    {
        Vector512<float> ab = Avx512F.Add(Avx512F.UnpackLow(first, second), Avx512F.UnpackHigh(first, second));
        Vector512<float> cd = Avx512F.Add(Avx512F.UnpackLow(third, fourth), Avx512F.UnpackHigh(third, fourth));
        Vector512<float> quarters = Avx512F.Add(Avx512F.Shuffle(ab, cd, 0x44), Avx512F.Shuffle(ab, cd, 0xEE));
        Vector256<float> halves = Avx.Add(quarters.GetLower(), quarters.GetUpper());
        return Sse.Add(halves.GetLower(), halves.GetUpper());
    }
}
