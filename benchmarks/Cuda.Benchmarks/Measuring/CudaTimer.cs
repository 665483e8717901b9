namespace AttentionGen.Cuda.Benchmarks.Measuring;

/// <summary>The device's own time between two places of libtorch's current stream.</summary>
internal sealed unsafe class CudaTimer : IDisposable
{
    private readonly CudaDevice _device;
    private readonly nint _start, _stop;

    public CudaTimer(CudaDevice device)
    {
        _device = device;
        using ContextScope scope = device.Enter();
        nint start, stop;
        device.Check(device.Driver.EventCreate(&start, 0), "cuEventCreate");
        device.Check(device.Driver.EventCreate(&stop, 0), "cuEventCreate");
        _start = start;
        _stop = stop;
    }

    /// <summary>The seconds between the two; waits for the second.</summary>
    public double Seconds
    {
        get
        {
            using ContextScope scope = _device.Enter();
            float milliseconds;
            _device.Check(_device.Driver.EventSynchronise(_stop), "cuEventSynchronize");
            _device.Check(_device.Driver.EventElapsedTime(&milliseconds, _start, _stop), "cuEventElapsedTime");
            return milliseconds * 1e-3;
        }
    }

    /// <summary>Marks the first place.</summary>
    public void Start() => Record(_start);

    /// <summary>Marks the second place.</summary>
    public void Stop() => Record(_stop);

    public void Dispose()
    {
        using ContextScope scope = _device.Enter();
        _ = _device.Driver.EventDestroy(_start);
        _ = _device.Driver.EventDestroy(_stop);
    }

    private void Record(nint mark)
    {
        using ContextScope scope = _device.Enter();
        _device.Check(_device.Driver.EventRecord(mark, _device.CurrentStream), "cuEventRecord");
    }
}
