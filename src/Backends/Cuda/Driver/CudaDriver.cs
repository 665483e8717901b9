using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace AttentionGen.Cuda;

/// <summary>
/// The CUDA driver's functions, found at run time in the library that the driver's package installs. Names with a number are
/// the versions of the functions that the headers of CUDA 12 mean. Each returns a <c>CUresult</c>: see <see cref="CudaDevice.Check(int, string)"/>.
/// </summary>
internal sealed unsafe class CudaDriver
{
    /// <summary>The oldest driver accepted, as <c>cuDriverGetVersion</c> writes it: CUDA 12.0, which brought tensor maps.</summary>
    public const int MinimumVersion = 12000;

    private static readonly Lock s_gate = new();
    private static CudaDriver? s_instance;

    public readonly delegate* unmanaged<int, byte**, int> GetErrorName;
    public readonly delegate* unmanaged<int, byte**, int> GetErrorString;
    public readonly delegate* unmanaged<int*, int> DeviceGetCount;
    public readonly delegate* unmanaged<int*, int, int> DeviceGet;
    public readonly delegate* unmanaged<int*, int, int, int> DeviceGetAttribute;
    public readonly delegate* unmanaged<nint*, int, int> DevicePrimaryContextRetain;
    public readonly delegate* unmanaged[SuppressGCTransition]<nint*, int> ContextGetCurrent;
    public readonly delegate* unmanaged<nint, int> ContextPushCurrent;
    public readonly delegate* unmanaged<nint*, int> ContextPopCurrent;
    public readonly delegate* unmanaged<nint*, void*, int> ModuleLoadData;
    public readonly delegate* unmanaged<nint, int> ModuleUnload;
    public readonly delegate* unmanaged<nint*, nint, byte*, int> ModuleGetFunction;
    public readonly delegate* unmanaged<nint*, nuint*, nint, byte*, int> ModuleGetGlobal;
    public readonly delegate* unmanaged<nint, int, int, int> FunctionSetAttribute;
    public readonly delegate* unmanaged<int*, int, nint, int> FunctionGetAttribute;
    public readonly delegate* unmanaged<LaunchConfiguration*, nint, void**, void**, int> LaunchKernel;
    public readonly delegate* unmanaged<int*, nint, int, nuint, int> MaxActiveBlocksPerMultiprocessor;
    public readonly delegate* unmanaged<void*, int, uint, nint, ulong*, ulong*, uint*, uint*, int, int, int, int, int> TensorMapEncodeTiled;
    public readonly delegate* unmanaged<nint*, uint, int> StreamCreate;
    public readonly delegate* unmanaged<nint, int> StreamDestroy;
    public readonly delegate* unmanaged<nint, int> StreamSynchronise;
    public readonly delegate* unmanaged<nint, nint, uint, int> StreamWaitEvent;
    public readonly delegate* unmanaged[SuppressGCTransition]<nint, int*, int> StreamIsCapturing;
    public readonly delegate* unmanaged<nint, int, int> StreamBeginCapture;
    public readonly delegate* unmanaged<nint, nint*, int> StreamEndCapture;
    public readonly delegate* unmanaged<nint*, nint, ulong, int> GraphInstantiate;
    public readonly delegate* unmanaged<nint, nint, int> GraphLaunch;
    public readonly delegate* unmanaged<nint, nint*, nuint*, int> GraphGetNodes;
    public readonly delegate* unmanaged<nint, int> GraphDestroy;
    public readonly delegate* unmanaged<nint, int> GraphExecutableDestroy;
    public readonly delegate* unmanaged<nint*, uint, int> EventCreate;
    public readonly delegate* unmanaged<nint, int> EventDestroy;
    public readonly delegate* unmanaged<nint, nint, int> EventRecord;
    public readonly delegate* unmanaged<nint, int> EventSynchronise;
    public readonly delegate* unmanaged<float*, nint, nint, int> EventElapsedTime;
    public readonly delegate* unmanaged<void**, nuint, uint, int> HostAllocate;
    public readonly delegate* unmanaged<void*, int> HostFree;
    public readonly delegate* unmanaged<nint, void*, nuint, nint, int> CopyHostToDevice;
    public readonly delegate* unmanaged<void*, nint, nuint, int> CopyDeviceToHost;

    /// <summary>Starts the driver.</summary>
    /// <param name="library">The library.</param>
    /// <param name="file">Its file, for messages.</param>
    /// <exception cref="CudaUnavailableException">It does not start, or is too old.</exception>
    internal CudaDriver(nint library, string file)
    {
        nint Required(string name) => NativeLibrary.TryGetExport(library, name, out nint address)
            ? address
            : throw new CudaUnavailableException($"{file} has no {name}. The CUDA engine needs a driver for CUDA {Text(MinimumVersion)} or newer: update the NVIDIA driver.");

        int version;
        int code = ((delegate* unmanaged<int*, int>)Required("cuDriverGetVersion"))(&version);
        if (code != CudaErrors.Success || version < MinimumVersion)
        {
            throw new CudaUnavailableException(
                $"The NVIDIA driver offers CUDA {Text(version)}. The CUDA engine needs {Text(MinimumVersion)} or newer: update the driver (to 525 or newer).");
        }

        Version = new Version(version / 1000, version % 1000 / 10);
        GetErrorName = (delegate* unmanaged<int, byte**, int>)Required("cuGetErrorName");
        GetErrorString = (delegate* unmanaged<int, byte**, int>)Required("cuGetErrorString");
        code = ((delegate* unmanaged<uint, int>)Required("cuInit"))(0);
        if (code != CudaErrors.Success)
            throw new CudaUnavailableException($"cuInit returned {ErrorName(code)} ({ErrorText(code)}). {CudaErrors.Remedy(code)}".TrimEnd());

        DeviceGetCount = (delegate* unmanaged<int*, int>)Required("cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, int>)Required("cuDeviceGet");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Required("cuDeviceGetAttribute");
        DevicePrimaryContextRetain = (delegate* unmanaged<nint*, int, int>)Required("cuDevicePrimaryCtxRetain");
        ContextGetCurrent = (delegate* unmanaged[SuppressGCTransition]<nint*, int>)Required("cuCtxGetCurrent");
        ContextPushCurrent = (delegate* unmanaged<nint, int>)Required("cuCtxPushCurrent_v2");
        ContextPopCurrent = (delegate* unmanaged<nint*, int>)Required("cuCtxPopCurrent_v2");
        ModuleLoadData = (delegate* unmanaged<nint*, void*, int>)Required("cuModuleLoadData");
        ModuleUnload = (delegate* unmanaged<nint, int>)Required("cuModuleUnload");
        ModuleGetFunction = (delegate* unmanaged<nint*, nint, byte*, int>)Required("cuModuleGetFunction");
        ModuleGetGlobal = (delegate* unmanaged<nint*, nuint*, nint, byte*, int>)Required("cuModuleGetGlobal_v2");
        FunctionSetAttribute = (delegate* unmanaged<nint, int, int, int>)Required("cuFuncSetAttribute");
        FunctionGetAttribute = (delegate* unmanaged<int*, int, nint, int>)Required("cuFuncGetAttribute");
        LaunchKernel = (delegate* unmanaged<LaunchConfiguration*, nint, void**, void**, int>)Required("cuLaunchKernelEx");
        MaxActiveBlocksPerMultiprocessor = (delegate* unmanaged<int*, nint, int, nuint, int>)Required("cuOccupancyMaxActiveBlocksPerMultiprocessor");
        TensorMapEncodeTiled = (delegate* unmanaged<void*, int, uint, nint, ulong*, ulong*, uint*, uint*, int, int, int, int, int>)Required("cuTensorMapEncodeTiled");
        StreamCreate = (delegate* unmanaged<nint*, uint, int>)Required("cuStreamCreate");
        StreamDestroy = (delegate* unmanaged<nint, int>)Required("cuStreamDestroy_v2");
        StreamSynchronise = (delegate* unmanaged<nint, int>)Required("cuStreamSynchronize");
        StreamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)Required("cuStreamWaitEvent");
        StreamIsCapturing = (delegate* unmanaged[SuppressGCTransition]<nint, int*, int>)Required("cuStreamIsCapturing");
        StreamBeginCapture = (delegate* unmanaged<nint, int, int>)Required("cuStreamBeginCapture_v2");
        StreamEndCapture = (delegate* unmanaged<nint, nint*, int>)Required("cuStreamEndCapture");
        GraphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)Required("cuGraphInstantiateWithFlags");
        GraphLaunch = (delegate* unmanaged<nint, nint, int>)Required("cuGraphLaunch");
        GraphGetNodes = (delegate* unmanaged<nint, nint*, nuint*, int>)Required("cuGraphGetNodes");
        GraphDestroy = (delegate* unmanaged<nint, int>)Required("cuGraphDestroy");
        GraphExecutableDestroy = (delegate* unmanaged<nint, int>)Required("cuGraphExecDestroy");
        EventCreate = (delegate* unmanaged<nint*, uint, int>)Required("cuEventCreate");
        EventDestroy = (delegate* unmanaged<nint, int>)Required("cuEventDestroy_v2");
        EventRecord = (delegate* unmanaged<nint, nint, int>)Required("cuEventRecord");
        EventSynchronise = (delegate* unmanaged<nint, int>)Required("cuEventSynchronize");
        EventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)Required("cuEventElapsedTime");
        HostAllocate = (delegate* unmanaged<void**, nuint, uint, int>)Required("cuMemHostAlloc");
        HostFree = (delegate* unmanaged<void*, int>)Required("cuMemFreeHost");
        CopyHostToDevice = (delegate* unmanaged<nint, void*, nuint, nint, int>)Required("cuMemcpyHtoDAsync_v2");
        CopyDeviceToHost = (delegate* unmanaged<void*, nint, nuint, int>)Required("cuMemcpyDtoH_v2");
    }

    /// <summary>The CUDA version that the driver offers.</summary>
    public Version Version { get; }

    /// <summary>The driver, started.</summary>
    /// <exception cref="CudaUnavailableException">There is no driver, it does not start, or it is too old.</exception>
    public static CudaDriver Instance
    {
        get
        {
            lock (s_gate)
                return s_instance ??= Load();
        }
    }

    /// <summary>The driver's name of an error.</summary>
    public string ErrorName(int code)
    {
        byte* text = null;
        return GetErrorName(code, &text) == CudaErrors.Success && text is not null
            ? Marshal.PtrToStringUTF8((nint)text)!
            : string.Create(CultureInfo.InvariantCulture, $"CUDA error {code}");
    }

    /// <summary>The driver's words for an error.</summary>
    public string ErrorText(int code)
    {
        byte* text = null;
        return GetErrorString(code, &text) == CudaErrors.Success && text is not null ? Marshal.PtrToStringUTF8((nint)text)! : "no description";
    }

    private static CudaDriver Load()
    {
        string file = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        return !OperatingSystem.IsMacOS() && NativeLibrary.TryLoad(file, out nint library)
            ? new CudaDriver(library, file)
            : throw new CudaUnavailableException($"{file}, the NVIDIA driver's library, was not found by the system's loader. Install the driver; in a container, start it with the NVIDIA runtime.");
    }

    [SuppressMessage("Globalization", "CA1305", Justification = "Numbers of a version.")]
    private static string Text(int version) => $"{version / 1000}.{version % 1000 / 10}";
}
