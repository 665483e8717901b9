using System.Globalization;
using System.Runtime.CompilerServices;
using AttentionGen.Libtorch;

namespace AttentionGen.Cuda;

/// <summary>
/// A device and its primary context, which libtorch uses too. There is one of each device in the process, and it lives as
/// long as the process does.
/// </summary>
internal sealed unsafe class CudaDevice
{
    private const int MultiprocessorCountAttribute = 16;
    private const int ComputeCapabilityMajorAttribute = 75;
    private const int ComputeCapabilityMinorAttribute = 76;
    private const int MaxSharedMemoryAttribute = 97;

    private static readonly Version s_overlapsInCaptures = new(12, 3);
    private static readonly Lock s_gate = new();
    private static CudaDevice?[] s_devices = [];

    private readonly nint _context;
    private volatile CudaException? _loss;
    private volatile CudaKernel? _lastLaunched;

    /// <summary>Opens a device.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="cubins">Where its kernels come from.</param>
    /// <param name="index">Its index.</param>
    /// <param name="memory">Where libtorch keeps the tensors that the device reads; null: on the device.</param>
    internal CudaDevice(CudaDriver driver, CubinCache cubins, int index, AttentionDevice? memory = null)
    {
        Driver = driver;
        Index = index;
        int count, device;
        Check(Driver.DeviceGetCount(&count), "cuDeviceGetCount");
        if (index < 0 || index >= count)
            throw new CudaUnavailableException(string.Create(CultureInfo.InvariantCulture, $"cuda:{index} was asked for, but this process may use {count} CUDA devices, counted from 0. CUDA_VISIBLE_DEVICES decides which."));
        Check(Driver.DeviceGet(&device, index), "cuDeviceGet");
        ComputeCapability = (10 * Attribute(device, ComputeCapabilityMajorAttribute)) + Attribute(device, ComputeCapabilityMinorAttribute);
        Memory = memory ?? AttentionDevice.Cuda(ComputeCapability, index);
        MultiprocessorCount = Attribute(device, MultiprocessorCountAttribute);
        MaxSharedMemory = Attribute(device, MaxSharedMemoryAttribute);
        nint context;
        Check(Driver.DevicePrimaryContextRetain(&context, device), "cuDevicePrimaryCtxRetain");
        _context = context;
        Kernels = new KernelCollection(this, cubins);
    }

    /// <summary>The device's index among those that the process may use.</summary>
    public int Index { get; }

    /// <summary>Where libtorch keeps the tensors that the device reads: on itself.</summary>
    public AttentionDevice Memory { get; }

    /// <summary>Ten times the major number plus the minor; 90 is 9.0.</summary>
    public int ComputeCapability { get; }

    /// <summary>The number of multiprocessors.</summary>
    public int MultiprocessorCount { get; }

    /// <summary>The bytes of shared memory that one block may have.</summary>
    public int MaxSharedMemory { get; }

    /// <summary>
    /// Whether a launch may begin before the one before it has ended (programmatic dependent launch), inside captures too: compute
    /// capability 9.0 or newer and a driver for CUDA 12.3 or newer.
    /// </summary>
    public bool OverlapsLaunches => ComputeCapability >= CudaArchitecture.Hopper && Driver.Version >= s_overlapsInCaptures;

    /// <summary>The kernels that are loaded on the device.</summary>
    public KernelCollection Kernels { get; }

    /// <summary>The driver.</summary>
    public CudaDriver Driver { get; }

    /// <summary>The stream that libtorch's operators run on, for the calling thread.</summary>
    public nint CurrentStream => Memory.Kind == DeviceKind.Cuda ? CudaStreams.Current(Index) : 0;

    /// <summary>The device of an index.</summary>
    /// <exception cref="CudaUnavailableException">There is no driver, or no such device.</exception>
    /// <exception cref="CudaException">The driver refuses the device.</exception>
    public static CudaDevice Of(int index)
    {
        CudaDevice?[] devices = Volatile.Read(ref s_devices);
        return (uint)index < (uint)devices.Length && devices[index] is { } device ? device : Add(index);
    }

    /// <summary>Makes the device's context the calling thread's, until the result is disposed.</summary>
    public ContextScope Enter()
    {
        nint current;
        Check(Driver.ContextGetCurrent(&current), "cuCtxGetCurrent");
        if (current == _context)
            return default;

        Check(Driver.ContextPushCurrent(_context), "cuCtxPushCurrent");
        return new ContextScope(this);
    }

    /// <summary>Throws where a call of the driver failed.</summary>
    /// <param name="code">What it returned.</param>
    /// <param name="call">The function's name, and what it was called for.</param>
    /// <exception cref="CudaException">It failed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(int code, string call)
    {
        if (code != CudaErrors.Success)
            throw Failure(code, call);
    }

    /// <summary>Throws where a call for a kernel failed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(int code, string call, CudaKernel kernel)
    {
        if (code != CudaErrors.Success)
            throw Failure(code, $"{call} of {kernel.Name}");
    }

    /// <summary>Remembers the kernel that an error without a place most likely came from.</summary>
    public void Launched(CudaKernel kernel) => _lastLaunched = kernel;

    /// <summary>Whether a stream is being captured.</summary>
    public bool IsCapturing(nint stream)
    {
        using ContextScope scope = Enter();
        int status;
        Check(Driver.StreamIsCapturing(stream, &status), "cuStreamIsCapturing");
        return status != 0;
    }

    /// <summary>Waits for all work of a stream.</summary>
    public void Synchronise(nint stream)
    {
        using ContextScope scope = Enter();
        Check(Driver.StreamSynchronise(stream), "cuStreamSynchronize");
    }

    /// <summary>The device's name for messages.</summary>
    public override string ToString() => AttentionDevice.Cuda(ComputeCapability, Index).ToString();

    internal void Leave()
    {
        // A scope that is left because of an error must not hide that by another.
        nint popped;
        _ = Driver.ContextPopCurrent(&popped);
    }

    private static CudaDevice Add(int index)
    {
        lock (s_gate)
        {
            CudaDevice?[] devices = s_devices;
            if ((uint)index < (uint)devices.Length && devices[index] is { } known)
                return known;

            CudaDevice device = new(CudaDriver.Instance, CubinCache.Shared, index);
            Array.Resize(ref devices, Math.Max(devices.Length, index + 1));
            devices[index] = device;
            Volatile.Write(ref s_devices, devices);
            return device;
        }
    }

    private int Attribute(int device, int attribute)
    {
        int value;
        Check(Driver.DeviceGetAttribute(&value, attribute, device), "cuDeviceGetAttribute");
        return value;
    }

    private CudaException Failure(int code, string call)
    {
        string name = Driver.ErrorName(code);
        if (_loss is { } loss)
        {
            return new CudaException(loss.Code, loss.Name, call, isSticky: true, string.Create(CultureInfo.InvariantCulture,
                $"{call} on cuda:{Index} was refused: the device was lost to {loss.Name} before, reported by {loss.Call}. Restart the process."));
        }

        bool isSticky = CudaErrors.IsSticky(code);
        string kernel = isSticky && _lastLaunched is { } last ? $" The last kernel launched was {last.Name}." : "";
        CudaException failure = new(code, name, call, isSticky, string.Create(CultureInfo.InvariantCulture,
            $"{call} on cuda:{Index} returned {name} ({code}): {Driver.ErrorText(code)}.{kernel} {CudaErrors.Remedy(code)}").TrimEnd());
        if (isSticky)
            _loss = failure;
        return failure;
    }
}
