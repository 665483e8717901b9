using static TorchSharp.torch;

namespace AttentionGen.Libtorch;

/// <summary>libtorch tensors over memory that a <see cref="TensorView"/> shows.</summary>
public static class LibtorchTensor
{
    /// <summary>
    /// A tensor that shares the memory of a view: another handle of the libtorch tensor that the view came from, or a new
    /// tensor over the view's address. Copies nothing.
    /// </summary>
    /// <param name="view">The view.</param>
    /// <returns>
    /// The tensor, which belongs to the caller or to the current dispose scope. The memory stays its owner's: it must
    /// outlive the tensor where the view came from an address.
    /// </returns>
    /// <exception cref="ArgumentException">The view is of nothing.</exception>
    public static Tensor Borrow(in TensorView view)
    {
        if (!view.IsDefined)
            throw new ArgumentException("The view is of nothing, so there is no tensor to borrow.", nameof(view));

        StableAbi abi = LibtorchRuntime.Abi;
        if (view.AtenHandle != 0)
        {
            nint shared = abi.NewHandle(view.AtenHandle);
            view.KeepAlive();
            return Tensor.UnsafeCreateTensor(shared);
        }

        Span<long> sizes = stackalloc long[view.Rank];
        Span<long> strides = stackalloc long[view.Rank];
        for (int i = 0; i < view.Rank; i++)
        {
            sizes[i] = view.Size(i);
            strides[i] = view.Stride(i);
        }

        return Tensor.UnsafeCreateTensor(
            abi.FromBlob(view.Data, sizes, strides, AtenCodes.Of(view.ElementType), AtenCodes.Of(view.Device), view.DeviceIndex));
    }
}
