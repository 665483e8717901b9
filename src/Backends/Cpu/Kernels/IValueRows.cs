namespace AttentionGen.Cpu;

/// <summary>The values of a block of keys, from a column on.</summary>
internal interface IValueRows<TVector, TSelf>
    where TVector : struct
    where TSelf : struct, IValueRows<TVector, TSelf>
{
    /// <summary>The same from another column on.</summary>
    TSelf From(nint column);

    /// <summary>A vector of a key's values: the first from the column on, or the one after it.</summary>
    TVector Load(nint key, nint vector);

    /// <summary>Asks for memory that is needed after this block, a part of it with each key.</summary>
    void Prefetch(nint key);
}
