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
}
