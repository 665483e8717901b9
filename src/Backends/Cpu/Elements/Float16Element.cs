using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <summary>IEEE binary16.</summary>
internal readonly unsafe struct Float16Element : IElement
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(ushort);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TSimd, TVector>(byte* source)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.LoadFloat16((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, float value) => *(Half*)target = (Half)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, Vector128<float> values) => *(ulong*)target = ElementRounding.ToFloat16(values);

    public static bool WidensInFewInstructions
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    public static bool AreFinite(byte** rows, int count, int size) => FiniteNumbers.Only<ushort>(rows, count, size, 0x7FFF, 0x7C00);
}
