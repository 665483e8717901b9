using static TorchSharp.torch;

namespace AttentionGen.Cuda;

/// <summary>
/// Memory of a device out of libtorch's own stock, so that one budget covers both. It grows when a plan is updated and never in
/// a forward pass.
/// </summary>
internal sealed class DeviceBuffer : IDisposable
{
    private readonly CudaDevice _device;
    private Tensor? _tensor;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="device">The device.</param>
    public DeviceBuffer(CudaDevice device) => _device = device;

    /// <summary>The address of the first byte, a multiple of 256; 0 while the buffer is empty.</summary>
    public nint Address { get; private set; }

    /// <summary>The number of bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Makes the buffer at least so long. What it held is lost where it grows.</summary>
    /// <param name="bytes">The bytes needed.</param>
    /// <param name="isZeroed">Whether new memory is filled with zeros.</param>
    public void Reserve(long bytes, bool isZeroed = false)
    {
        if (bytes <= Length)
            return;

        using var scope = NewDisposeScope();
        long length = Math.Max(bytes, Length + (Length / 2));
        Tensor grown = isZeroed
            ? zeros(length, dtype: ScalarType.Byte, device: _device.Memory.ToTorch())
            : empty(length, dtype: ScalarType.Byte, device: _device.Memory.ToTorch());

        // In the order of the stream: kernels that still read the old memory are done before its next owner writes it.
        _tensor?.Dispose();
        _tensor = grown.DetachFromDisposeScope();
        Address = TensorView.FromTensor(_tensor).Data;
        Length = length;
    }

    public void Dispose()
    {
        _tensor?.Dispose();
        _tensor = null;
        Address = 0;
        Length = 0;
    }
}
