using System.Runtime.Intrinsics;

namespace AttentionGen.Cpu;

/// <summary>An element type of a cache or an operand, as the kernels read and write it.</summary>
internal unsafe interface IElement
{
    /// <summary>The number of bytes of an element.</summary>
    static abstract int Size { get; }

    /// <summary>Loads a whole vector and widens it.</summary>
    static abstract TVector Load<TSimd, TVector>(byte* source)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;

    /// <summary>Rounds to the nearest, ties to even, and stores one element.</summary>
    static abstract void Store(byte* target, float value);

    /// <summary>The same of four elements.</summary>
    static abstract void Store(byte* target, Vector128<float> values);

    /// <summary>Whether a number is widened again as soon as it would be stored and loaded.</summary>
    static abstract bool WidensInFewInstructions { get; }

    /// <summary>Whether all elements of rows are finite.</summary>
    static abstract bool AreFinite(byte** rows, int count, int size);
}
