using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <summary>8-bit floating point with 4 bits of exponent and 3 of fraction, without infinities.</summary>
internal readonly unsafe struct Float8E4M3Element : IElement
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(byte);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TSimd, TVector>(byte* source)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.LoadFloat8E4M3(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, float value) => *target = ElementRounding.ToFloat8E4M3(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, Vector128<float> values) => *(uint*)target = ElementRounding.ToFloat8E4M3(values);

    public static bool WidensInFewInstructions
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool AreFinite(byte** rows, int count, int size) => FiniteNumbers.Only<byte>(rows, count, size, 0x7F, 0x7F);
}
