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
    private const int ComputeCapabilityMajor = 75;
    private const int ComputeCapabilityMinor = 76;

    public static CudaDriverStatus Query()
    {
        string library = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (OperatingSystem.IsMacOS())
            return new(false, 0, "there is none for macOS.");
        if (!NativeLibrary.TryLoad(library, out nint handle))
            return new(false, 0, $"{library} was not found by the system's loader.");
        if (!NativeLibrary.TryGetExport(handle, "cuInit", out nint initialise)
            || !NativeLibrary.TryGetExport(handle, "cuDeviceGetCount", out nint getCount))
        {
            return new(false, 0, $"{library} is not the NVIDIA driver's library: it has no cuInit.");
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
    public static int ComputeCapability(int device)
    {
        string library = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (Query().DeviceCount <= device
            || !NativeLibrary.TryLoad(library, out nint handle)
            || !NativeLibrary.TryGetExport(handle, "cuDeviceGet", out nint getDevice)
            || !NativeLibrary.TryGetExport(handle, "cuDeviceGetAttribute", out nint getAttribute))
        {
            return 0;
        }

        int ordinal, major, minor;
        var attribute = (delegate* unmanaged<int*, int, int, int>)getAttribute;
        return ((delegate* unmanaged<int*, int, int>)getDevice)(&ordinal, device) == Success
            && attribute(&major, ComputeCapabilityMajor, ordinal) == Success
            && attribute(&minor, ComputeCapabilityMinor, ordinal) == Success
                ? (10 * major) + minor
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
