using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AttentionGen.Cpu;

/// <summary>256 bits: AVX2 and FMA.</summary>
internal readonly unsafe struct Avx2Simd : ISimd<Vector256<float>>
{
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx2.IsSupported && Fma.IsSupported;
    }

    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 8;
    }

    public static int RegisterCount
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 16;
    }

    public static Vector256<float> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256<float>.Zero;
    }

    public static Vector256<float> Ascending
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector256.Create(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* source) => Avx.LoadVector256(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBroadcast(float* source) => Avx.BroadcastScalarToVector256(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBFloat16(ushort* source) =>
        Avx2.ShiftLeftLogical(Avx2.ConvertToVector256Int32(source), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadFloat16(ushort* source)
    {
        // The exponent's bias is corrected by a product, which makes subnormal numbers normal ones too.
        Vector256<int> bits = Avx2.ConvertToVector256Int32(source);
        Vector256<int> magnitude = Avx2.And(bits, Vector256.Create(0x7FFF));
        Vector256<float> finite = Avx.Multiply(Avx2.ShiftLeftLogical(magnitude, 13).AsSingle(), Vector256.Create(Float16Bits.WideningFactor));
        Vector256<int> special = Avx2.And(Avx2.CompareGreaterThan(magnitude, Vector256.Create(0x7BFF)), Vector256.Create(0x7F800000));
        Vector256<int> sign = Avx2.ShiftLeftLogical(Avx2.AndNot(Vector256.Create(0x7FFF), bits), 16);
        return Avx2.Or(Avx2.Or(finite.AsInt32(), special), sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadFloat8E4M3(byte* source)
    {
        Vector256<int> bits = Avx2.ConvertToVector256Int32(source);
        Vector256<int> magnitude = Avx2.And(bits, Vector256.Create(0x7F));
        Vector256<int> small = Avx2.CompareGreaterThan(Vector256.Create(0x08), magnitude);
        Vector256<int> special = Avx2.And(Avx2.CompareEqual(magnitude, Vector256.Create(0x7F)), Vector256.Create(0x7FC00000));
        Vector256<int> biased = Avx2.Add(Avx2.ShiftLeftLogical(magnitude, 20), Vector256.Create(Float8E4M3Bits.BiasDifference));
        Vector256<float> subnormal = Avx.Subtract(
            Avx2.Add(biased, Vector256.Create(Float8E4M3Bits.ImplicitOne)).AsSingle(), Vector256.Create(Float8E4M3Bits.LeastNormal));
        Vector256<int> finite = Avx2.BlendVariable(biased, subnormal.AsInt32(), small);
        Vector256<int> sign = Avx2.ShiftLeftLogical(Avx2.AndNot(Vector256.Create(0x7F), bits), 24);
        return Avx2.Or(Avx2.Or(finite, special), sign).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector256<float> value) => Avx.Store(target, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => Avx.Add(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Subtract(Vector256<float> left, Vector256<float> right) => Avx.Subtract(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> left, Vector256<float> right) => Avx.Multiply(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> left, Vector256<float> right) => Avx.Divide(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Fma.MultiplyAdd(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> left, Vector256<float> right) => Avx.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> left, Vector256<float> right) => Avx.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> value) => Avx.AndNot(Vector256.Create(-0f), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> CopySign(Vector256<float> magnitude, Vector256<float> sign) =>
        Avx.Or(Avx.AndNot(Vector256.Create(-0f), magnitude), Avx.And(Vector256.Create(-0f), sign));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SelectLess(Vector256<float> left, Vector256<float> right, Vector256<float> whenLess, Vector256<float> otherwise) =>
        Avx.BlendVariable(otherwise, whenLess, Avx.Compare(left, right, FloatComparisonMode.OrderedLessThanNonSignaling));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Round(Vector256<float> value) => Avx.RoundToNearestInteger(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyByPowerOfTwo(Vector256<float> value, Vector256<float> exponent) =>
        Avx2.Add(value.AsInt32(), Avx2.ShiftLeftLogical(Avx.ConvertToVector256Int32(exponent), 23)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> value)
    {
        Vector128<float> half = Sse.Add(value.GetLower(), Avx.ExtractVector128(value, 1));
        half = Sse.Add(half, Sse.MoveHighToLow(half, half));
        return Sse.AddScalar(half, Sse.Shuffle(half, half, 1)).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Vector256<float> value)
    {
        Vector128<float> half = Sse.Max(value.GetLower(), Avx.ExtractVector128(value, 1));
        half = Sse.Max(half, Sse.MoveHighToLow(half, half));
        return Sse.MaxScalar(half, Sse.Shuffle(half, half, 1)).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float First(Vector256<float> value) => value.ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Vector256<float> first, Vector256<float> second, Vector256<float> third, Vector256<float> fourth)
    {
        // Transposed pairwise: (a0+a2, b0+b2, a1+a3, b1+b3) in each half, then the same of the two pairs.
        Vector256<float> ab = Avx.Add(Avx.UnpackLow(first, second), Avx.UnpackHigh(first, second));
        Vector256<float> cd = Avx.Add(Avx.UnpackLow(third, fourth), Avx.UnpackHigh(third, fourth));
        Vector256<float> halves = Avx.Add(Avx.Shuffle(ab, cd, 0x44), Avx.Shuffle(ab, cd, 0xEE));
        return Sse.Add(halves.GetLower(), Avx.ExtractVector128(halves, 1));
    }
}
