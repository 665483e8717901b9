namespace AttentionGen.Cpu;

/// <summary>Where the keys, or the values, of requests lie: in pages, or in the step's own operands.</summary>
internal readonly unsafe struct KeyRows
{
    private readonly byte* _data;
    private readonly nint _pageStride;
    private readonly nint _tokenStride;
    private readonly nint _headStride;
    private readonly int _pageSize;

    /// <summary>Rows of a cache.</summary>
    /// <param name="pages">[pages, page size, Hkv, size].</param>
    public KeyRows(in TensorView pages)
    {
        int size = pages.ElementType.SizeInBytes();
        _data = (byte*)pages.Data;
        _pageStride = (nint)(pages.Stride(0) * size);
        _tokenStride = (nint)(pages.Stride(1) * size);
        _headStride = (nint)(pages.Stride(2) * size);
        _pageSize = (int)pages.Size(1);
    }

    /// <summary>Rows of an operand.</summary>
    /// <param name="tokens">[T, Hkv, size].</param>
    /// <param name="_">Tells it from a cache.</param>
    private KeyRows(in TensorView tokens, bool _)
    {
        int size = tokens.ElementType.SizeInBytes();
        _data = (byte*)tokens.Data;
        _tokenStride = (nint)(tokens.Stride(0) * size);
        _headStride = (nint)(tokens.Stride(1) * size);
    }

    public static KeyRows OfOperand(in TensorView tokens) => new(in tokens, false);

    /// <summary>The address of a slot of a cache.</summary>
    public byte* Slot(long slot, int head)
    {
        (long page, long place) = Math.DivRem(slot, _pageSize);
        return _data + ((nint)page * _pageStride) + ((nint)place * _tokenStride) + (head * _headStride);
    }

    /// <summary>Finds the addresses of neighbouring keys of a request.</summary>
    public void Find(CpuBatch batch, int request, int head, int firstKey, int count, byte** rows)
    {
        byte* data = _data + (head * _headStride);
        if (_pageSize == 0)
        {
            byte* row = data + ((nint)(batch.FirstToken(request) + firstKey) * _tokenStride);
            for (int i = 0; i < count; i++, row += _tokenStride)
                rows[i] = row;
            return;
        }

        ReadOnlySpan<int> pages = batch.Pages(request);
        (int page, int place) = Math.DivRem(firstKey, _pageSize);
        for (int i = 0; i < count; page++, place = 0)
        {
            byte* row = data + (pages[page] * _pageStride) + (place * _tokenStride);
            for (; place < _pageSize && i < count; place++, i++, row += _tokenStride)
                rows[i] = row;
        }
    }
}
