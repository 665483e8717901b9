using System.Diagnostics.CodeAnalysis;
using AttentionGen.Libtorch;

namespace AttentionGen.Cuda;

/// <summary>A stream of a device, for libtorch's operators and our kernels. Work of one stream runs in order, work of two side by side.</summary>
/// <remarks>
/// Without one, everything runs on libtorch's default stream. Memory that libtorch gives a tensor belongs to the stream that was
/// current when the tensor was made: a tensor that is used on another stream has to live until that work is done.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "CUDA's own word.")]
public sealed unsafe class CudaStream : IDisposable
{
    private const uint NonBlocking = 1;
    private const uint NoTiming = 2;
    private readonly CudaDevice _device;
    private nint _handle;

    /// <summary>Makes a stream.</summary>
    /// <param name="device">The CUDA device.</param>
    /// <exception cref="ArgumentException">The device is not a CUDA device.</exception>
    /// <exception cref="CudaUnavailableException">There is no driver, or no such device.</exception>
    /// <exception cref="CudaException">The driver refuses it.</exception>
    public CudaStream(AttentionDevice device)
    {
        if (device.Kind != DeviceKind.Cuda)
            throw new ArgumentException($"A stream of {device} was asked for. Only CUDA devices have streams.", nameof(device));

        _device = CudaDevice.Of(device.Index);
        using ContextScope scope = _device.Enter();
        nint handle;
        _device.Check(_device.Driver.StreamCreate(&handle, NonBlocking), "cuStreamCreate");
        _handle = handle;
    }

    /// <summary>The driver's <c>CUstream</c>. It belongs to this instance.</summary>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    public nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle == 0, this);
            return _handle;
        }
    }

    internal CudaDevice Device => _device;

    /// <summary>
    /// Makes this libtorch's current stream, on the calling thread and for this device, until the result is disposed. It waits
    /// for nothing: see <see cref="WaitForCurrent"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    public CudaStreamScope Use() => new(LibtorchRuntime.Abi.NewCudaStreamGuard(Handle, _device.Index));

    /// <summary>Has what is put on this stream from now on wait for all that is on libtorch's current stream now.</summary>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    /// <exception cref="CudaException">The driver refuses it.</exception>
    public void WaitForCurrent() => Order(first: _device.CurrentStream, then: Handle);

    /// <summary>Has what is put on libtorch's current stream from now on wait for all that is on this stream now.</summary>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    /// <exception cref="CudaException">The driver refuses it.</exception>
    public void HaveCurrentWait() => Order(first: Handle, then: _device.CurrentStream);

    /// <summary>Waits, on the host, until all work of the stream is done.</summary>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    /// <exception cref="CudaException">Work of the stream failed.</exception>
    public void Synchronize() => _device.Synchronise(Handle);

    /// <summary>Gives the stream back, once its work is done; does not wait for that.</summary>
    public void Dispose()
    {
        if (_handle == 0)
            return;
        using ContextScope scope = _device.Enter();
        _ = _device.Driver.StreamDestroy(_handle);
        _handle = 0;
    }

    private void Order(nint first, nint then)
    {
        if (first == then)
            return;
        using ContextScope scope = _device.Enter();
        nint mark;
        _device.Check(_device.Driver.EventCreate(&mark, NoTiming), "cuEventCreate");
        try
        {
            _device.Check(_device.Driver.EventRecord(mark, first), "cuEventRecord");
            _device.Check(_device.Driver.StreamWaitEvent(then, mark, 0), "cuStreamWaitEvent");
        }
        finally
        {
            _ = _device.Driver.EventDestroy(mark);
        }
    }
}
