using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <summary>
/// The vector operations that the kernels are written in, for one width. The kernels are generic over it, so that each is
/// written once and compiled for every width.
/// </summary>
/// <typeparam name="TVector">A vector of float32.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Whether the processor has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The number of elements of a vector.</summary>
    static abstract int Count { get; }

    /// <summary>The number of vectors that registers hold.</summary>
    static abstract int RegisterCount { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Broadcast(float value);

    /// <summary>0, 1, 2, ...</summary>
    static abstract TVector Ascending { get; }

    static abstract TVector Load(float* source);

    /// <summary>Loads one element into every place.</summary>
    static abstract TVector LoadBroadcast(float* source);

    /// <summary>Loads and widens bfloat16.</summary>
    static abstract TVector LoadBFloat16(ushort* source);

    /// <summary>Loads and widens IEEE binary16.</summary>
    static abstract TVector LoadFloat16(ushort* source);

    /// <summary>Loads and widens 8-bit floating point, E4M3 without infinities.</summary>
    static abstract TVector LoadFloat8E4M3(byte* source);

    static abstract void Store(float* target, TVector value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The larger of each pair; <paramref name="right"/>'s where one is NaN.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>The smaller of each pair; <paramref name="right"/>'s where one is NaN.</summary>
    static abstract TVector Min(TVector left, TVector right);

    static abstract TVector Abs(TVector value);

    /// <summary>The magnitude of one and the sign of the other.</summary>
    static abstract TVector CopySign(TVector magnitude, TVector sign);

    /// <summary><paramref name="whenLess"/> where left is less than right, else <paramref name="otherwise"/>.</summary>
    static abstract TVector SelectLess(TVector left, TVector right, TVector whenLess, TVector otherwise);

    /// <summary>Rounds to the nearest integer, ties to even.</summary>
    static abstract TVector Round(TVector value);

    /// <summary>value * 2^exponent for an integral exponent that keeps the product a normal number.</summary>
    static abstract TVector MultiplyByPowerOfTwo(TVector value, TVector exponent);

    static abstract float Sum(TVector value);

    static abstract float MaxAcross(TVector value);

    static abstract float First(TVector value);

    /// <summary>The sums of four vectors.</summary>
    static abstract Vector128<float> Sums(TVector first, TVector second, TVector third, TVector fourth);
}
