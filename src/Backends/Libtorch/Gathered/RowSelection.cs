using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>Some rows of a step: a range of them, or an index tensor on the device.</summary>
internal sealed class RowSelection : IDisposable
{
    private readonly long _first;
    private readonly Tensor? _indices;

    private RowSelection(long first, int count, Tensor? indices)
    {
        _first = first;
        Count = count;
        _indices = indices;
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    public static RowSelection Create(long[] rows, AttentionDevice device)
    {
        bool isRange = true;
        for (int i = 1; i < rows.Length; i++)
            isRange &= rows[i] == rows[i - 1] + 1;
        return new RowSelection(rows.Length == 0 ? 0 : rows[0], rows.Length, isRange ? null : DeviceIndices.Create(rows, device).DetachFromDisposeScope());
    }

    /// <summary>The rows, along a dimension: a view where they are a range.</summary>
    public Tensor Select(Tensor all, long dimension = 0) =>
        _indices is null ? all.narrow(dimension, _first, Count) : all.index_select(dimension, _indices);

    /// <summary>Writes the rows.</summary>
    public void Assign(Tensor all, Tensor rows, long dimension = 0)
    {
        if (_indices is null)
            all.narrow(dimension, _first, Count).copy_(rows);
        else
            all.index_copy_(dimension, _indices, rows.to(all.dtype));
    }

    public void Dispose() => _indices?.Dispose();
}
