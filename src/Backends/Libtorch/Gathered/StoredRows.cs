using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>Which of a step's keys are stored, and where.</summary>
internal sealed class StoredRows : IDisposable
{
    private readonly RowSelection _rows;
    private readonly Tensor _slots;

    private StoredRows(RowSelection rows, Tensor slots)
    {
        _rows = rows;
        _slots = slots;
    }

    /// <summary>What a slot mapping stores; null where that is nothing.</summary>
    public static StoredRows? Create(ReadOnlySpan<long> mapping, AttentionDevice device)
    {
        List<long> rows = new(mapping.Length), slots = new(mapping.Length);
        for (int row = 0; row < mapping.Length; row++)
        {
            if (mapping[row] < 0)
                continue;
            rows.Add(row);
            slots.Add(mapping[row]);
        }

        return rows.Count == 0 ? null : new StoredRows(RowSelection.Create([.. rows], device), DeviceIndices.Create([.. slots], device).DetachFromDisposeScope());
    }

    /// <summary>Writes the step's keys or values, [new keys, Hkv, D], into a cache's slots, [slots, Hkv, D].</summary>
    public void Store(Tensor step, Tensor cache, ElementType cacheType, float scale)
    {
        Tensor rows = _rows.Select(step);
        cache.index_copy_(0, _slots, CacheElements.AreBytes(cacheType) ? CacheElements.Encode(rows, scale) : rows);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _slots.Dispose();
    }
}
