using System.Globalization;
using System.Text;

namespace AttentionGen.Libtorch;

/// <summary>Names a tensor by element type, shape and device, for messages.</summary>
internal static class TensorDescription
{
    /// <summary>The short name of an element type, such as <c>bf16</c>.</summary>
    public static string ShortName(ElementType type) => type switch
    {
        ElementType.Float32 => "f32",
        ElementType.Float16 => "f16",
        ElementType.BFloat16 => "bf16",
        ElementType.Float8E4M3 => "f8e4m3",
        ElementType.Float8E5M2 => "f8e5m2",
        ElementType.Int32 => "i32",
        ElementType.Int64 => "i64",
        ElementType.UInt8 => "u8",
        ElementType.Boolean => "bool",
        _ => type.ToString(),
    };

    public static string Of(ElementType type, ReadOnlySpan<long> sizes, DeviceKind device, int deviceIndex) =>
        Compose(ShortName(type), sizes, device == DeviceKind.Cpu ? "cpu" : DeviceName(device), device == DeviceKind.Cpu ? null : deviceIndex);

    /// <summary>Describes any tensor of libtorch, also one that no view can be made of.</summary>
    public static string Of(StableAbi abi, nint tensor)
    {
        if (!abi.IsDefined(tensor))
            return "undefined";
        int dtype = abi.Dtype(tensor), device = abi.DeviceType(tensor);
        string typeName = AtenCodes.TryGetElementType(dtype, out ElementType type)
            ? ShortName(type)
            : DtypeName(dtype);
        string deviceName = AtenCodes.TryGetDevice(device, out DeviceKind kind)
            ? DeviceName(kind)
            : string.Create(CultureInfo.InvariantCulture, $"device type {device}");
        return Compose(typeName, abi.Sizes(tensor), deviceName, device == AtenCodes.CpuDevice ? null : abi.DeviceIndex(tensor));
    }

    /// <summary>PyTorch's name for an element type code that this library does not take.</summary>
    public static string DtypeName(int code) => code switch
    {
        1 => "int8",
        2 => "int16",
        7 => "float64",
        8 => "complex32",
        9 => "complex64",
        10 => "complex128",
        12 => "qint8",
        13 => "quint8",
        14 => "qint32",
        _ => string.Create(CultureInfo.InvariantCulture, $"dtype {code}"),
    };

    private static string DeviceName(DeviceKind device) => device switch
    {
        DeviceKind.Cpu => "cpu",
        DeviceKind.Cuda => "cuda",
        DeviceKind.Rocm => "rocm",
        DeviceKind.Xpu => "xpu",
        DeviceKind.Tpu => "tpu",
        _ => device.ToString(),
    };

    private static string Compose(string type, ReadOnlySpan<long> sizes, string device, int? deviceIndex)
    {
        StringBuilder text = new(type);
        text.Append('[');
        for (int i = 0; i < sizes.Length; i++)
            text.Append(i == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"{sizes[i]}");
        text.Append("] on ").Append(device);
        if (deviceIndex is { } index)
            text.Append(CultureInfo.InvariantCulture, $":{index}");
        return text.ToString();
    }
}
