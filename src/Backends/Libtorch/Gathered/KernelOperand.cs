using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>Operands as kernels of libtorch can read them, whatever the user's look like.</summary>
internal static class KernelOperand
{
    private const int Alignment = 16;

    /// <summary>
    /// The rows at a multiple of 16 bytes, copied where they are not: fused CUDA kernels load that much at once, and an
    /// address of another kind ends the process's CUDA context.
    /// </summary>
    public static Tensor Aligned(Tensor rows)
    {
        TensorView view = rows;
        if (view.Device != DeviceKind.Cuda || view.ElementCount == 0)
            return rows;

        long size = view.ElementType.SizeInBytes();
        bool isAligned = view.Data % Alignment == 0;
        for (int dimension = 0; dimension < view.Rank - 1; dimension++)
            isAligned &= view.Size(dimension) == 1 || view.Stride(dimension) * size % Alignment == 0;
        return isAligned ? rows : rows.clone();
    }

    /// <summary>
    /// The same scores by a positive scale. The kernels multiply scores that they have hidden by minus infinity, which
    /// another scale would make no number or plus infinity.
    /// </summary>
    public static (Tensor Query, float Scale) WithPositiveScale(Tensor query, float scale)
    {
        if (scale > 0)
            return (query, scale);
        return scale < 0 ? (query.neg(), -scale) : (zeros_like(query), 1);
    }
}
