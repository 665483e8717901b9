using System.Runtime.CompilerServices;

namespace AttentionGen.Cpu;

/// <summary>Values where they lie in a cache.</summary>
/// <param name="rows">Each key's values.</param>
/// <param name="ahead">What is needed after this block: as many rows.</param>
/// <param name="offset">The bytes before the column.</param>
internal readonly unsafe struct CachedValues<TSimd, TVector, TElement>(byte** rows, byte** ahead, nint offset)
    : IValueRows<TVector, CachedValues<TSimd, TVector, TElement>>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
    where TElement : struct, IElement
{
    private readonly byte** _rows = rows;
    private readonly byte** _ahead = ahead;
    private readonly nint _offset = offset;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CachedValues<TSimd, TVector, TElement> From(nint column) => new(_rows, _ahead, column * TElement.Size);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Load(nint key, nint vector) =>
        TElement.Load<TSimd, TVector>(_rows[key] + _offset + (vector * TSimd.Count * TElement.Size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(nint key)
    {
        byte* row = _ahead[key] + _offset;
        Prefetching.Line(row);
        if (2 * TSimd.Count * TElement.Size > Prefetching.LineBytes)
            Prefetching.Line(row + Prefetching.LineBytes);
    }
}
