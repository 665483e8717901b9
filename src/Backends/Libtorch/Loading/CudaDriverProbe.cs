using System.Globalization;
using System.Runtime.InteropServices;

namespace AttentionGen.Libtorch;

/// <summary>
/// Asks the driver itself for its devices. libtorch's and TorchSharp's own questions let C++ exceptions out, which end
/// the process; the driver's functions return codes.
/// </summary>
internal static unsafe class CudaDriverProbe
{
    private const int Success = 0;
    private const int NoDevice = 100;
    private const int SecondLevelCacheSize = 38;
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;

    private static readonly string s_library = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    public static CudaDriverStatus Query()
    {
        if (OperatingSystem.IsMacOS())
            return new(false, 0, "there is none for macOS.");
        if (!NativeLibrary.TryLoad(s_library, out nint handle))
            return new(false, 0, $"{s_library} was not found by the system's loader.");
        if (!NativeLibrary.TryGetExport(handle, "cuInit", out nint initialise)
            || !NativeLibrary.TryGetExport(handle, "cuDeviceGetCount", out nint getCount))
        {
            return new(false, 0, $"{s_library} is not the NVIDIA driver's library: it has no cuInit.");
        }

        int code = ((delegate* unmanaged<uint, int>)initialise)(0);
        if (code == NoDevice)
            return new(true, 0, "cuInit returned CUDA_ERROR_NO_DEVICE (100).");
        if (code != Success)
            return new(false, 0, string.Create(CultureInfo.InvariantCulture, $"cuInit returned error {code}{Describe(handle, code)}."));

        int count;
        code = ((delegate* unmanaged<int*, int>)getCount)(&count);
        if (code != Success)
            return new(true, 0, string.Create(CultureInfo.InvariantCulture, $"cuDeviceGetCount returned error {code}{Describe(handle, code)}."));
        return new(true, count, count == 0 ? "cuDeviceGetCount counts none." : "");
    }

    /// <summary>Ten times the major number of a device's compute capability plus the minor; 0 where the driver does not say.</summary>
    public static int ComputeCapability(int device) => (10 * Attribute(device, ComputeCapabilityMajor)) + Attribute(device, ComputeCapabilityMinor);

    /// <summary>The bytes of a device's second-level cache; 0 where the driver does not say.</summary>
    public static long CacheBytes(int device) => Attribute(device, SecondLevelCacheSize);

    /// <summary>A device's name; <c>CUDA device</c> where the driver does not say.</summary>
    public static string DeviceName(int device)
    {
        const int Length = 256;
        byte* name = stackalloc byte[Length];
        return TryGetDevice(device, out nint handle, out int ordinal)
            && NativeLibrary.TryGetExport(handle, "cuDeviceGetName", out nint getName)
            && ((delegate* unmanaged<byte*, int, int, int>)getName)(name, Length, ordinal) == Success
                ? Marshal.PtrToStringUTF8((nint)name)!
                : "CUDA device";
    }

    /// <summary>The driver's own version where the system tells it, and that of the CUDA it offers; null where neither is known.</summary>
    public static string? DriverVersion()
    {
        string? own = ReadKernelModuleVersion();
        if (!NativeLibrary.TryLoad(s_library, out nint handle) || !NativeLibrary.TryGetExport(handle, "cuDriverGetVersion", out nint getVersion))
            return own;

        int version;
        if (((delegate* unmanaged<int*, int>)getVersion)(&version) != Success)
            return own;
        string cuda = string.Create(CultureInfo.InvariantCulture, $"CUDA {version / 1000}.{version % 1000 / 10}");
        return own is null ? cuda : $"{own}, {cuda}";
    }

    private static string? ReadKernelModuleVersion()
    {
        const string File = "/sys/module/nvidia/version";
        try
        {
            return OperatingSystem.IsLinux() && System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File).Trim() : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool TryGetDevice(int device, out nint handle, out int ordinal)
    {
        handle = 0;
        int found = 0;
        bool isThere = Query().DeviceCount > device
            && NativeLibrary.TryLoad(s_library, out handle)
            && NativeLibrary.TryGetExport(handle, "cuDeviceGet", out nint getDevice)
            && ((delegate* unmanaged<int*, int, int>)getDevice)(&found, device) == Success;
        ordinal = found;
        return isThere;
    }

    private static int Attribute(int device, int attribute)
    {
        int value;
        return TryGetDevice(device, out nint handle, out int ordinal)
            && NativeLibrary.TryGetExport(handle, "cuDeviceGetAttribute", out nint getAttribute)
            && ((delegate* unmanaged<int*, int, int, int>)getAttribute)(&value, attribute, ordinal) == Success
                ? value
                : 0;
    }

    private static string Describe(nint handle, int code)
    {
        if (!NativeLibrary.TryGetExport(handle, "cuGetErrorString", out nint getText))
            return "";
        byte* text = null;
        return ((delegate* unmanaged<int, byte**, int>)getText)(code, &text) == Success && text is not null
            ? $" ({Marshal.PtrToStringUTF8((nint)text)})"
            : "";
    }
}
