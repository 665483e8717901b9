using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>
/// Operands as kernels load them, 16 bytes at a time. libtorch does not look at the addresses of all of them, and a wrong one
/// ends the use of the device.
/// </summary>
internal static class AlignedRows
{
    private const int Alignment = 16;

    /// <summary>The rows, or a copy where they begin elsewhere than at multiples of 16 bytes because of gaps between them.</summary>
    public static Tensor Of(Tensor rows)
    {
        TensorView view = rows;
        if (view.ElementCount == 0)
            return rows;
        bool areAligned = view.Data % Alignment == 0;
        long size = view.ElementType.SizeInBytes();
        for (int dimension = 0; dimension < view.Rank - 1 && !view.IsContiguous; dimension++)
            areAligned &= view.Size(dimension) == 1 || view.Stride(dimension) * size % Alignment == 0;
        view.KeepAlive();
        return areAligned ? rows : rows.clone();
    }
}
