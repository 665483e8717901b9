using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>bfloat16.</summary>
internal readonly unsafe struct BFloat16Element : IElement
{
    public static int Size
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(ushort);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TSimd, TVector>(byte* source)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.LoadBFloat16((ushort*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* target, float value) => *(ushort*)target = ElementRounding.ToBFloat16(value);
}
