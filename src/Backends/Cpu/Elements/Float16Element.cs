using System.Runtime.CompilerServices;

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
}
