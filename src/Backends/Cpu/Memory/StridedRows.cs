namespace AttentionGen.Cpu;

/// <summary>Rows of a [rows, heads, size] tensor, by address.</summary>
/// <param name="view">The tensor; whose owner the caller keeps alive.</param>
internal readonly unsafe struct StridedRows(in TensorView view)
{
    private readonly byte* _data = (byte*)view.Data;
    private readonly nint _rowStride = (nint)(view.Stride(0) * view.ElementType.SizeInBytes());
    private readonly nint _headStride = (nint)(view.Stride(1) * view.ElementType.SizeInBytes());

    public byte* this[long row, int head] => _data + ((nint)row * _rowStride) + (head * _headStride);
}
