using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>Loads the end of a row that is no whole vector, without reading past it.</summary>
internal static unsafe class PartialVector<TSimd, TVector, TElement>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TElement : struct, IElement
{
    /// <summary>Loads <paramref name="count"/> elements, followed by zeros.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TVector Load(byte* source, int count)
    {
        const int LargestVector = 64;
        byte* copy = stackalloc byte[LargestVector];
        Unsafe.InitBlockUnaligned(copy, 0, LargestVector);
        Unsafe.CopyBlockUnaligned(copy, source, (uint)(count * TElement.Size));
        return TElement.Load<TSimd, TVector>(copy);
    }
}
