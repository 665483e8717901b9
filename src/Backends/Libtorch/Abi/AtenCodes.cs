namespace AttentionGen.Libtorch;

/// <summary>The numbers by which libtorch's C interface names element types, devices and layouts.</summary>
internal static class AtenCodes
{
    public const int CpuDevice = 0;
    public const int CudaDevice = 1;
    public const int XlaDevice = 9;
    public const int XpuDevice = 12;

    public const int StridedLayout = 0;

    public const int UInt8 = 0;
    public const int Int32 = 3;
    public const int Int64 = 4;
    public const int Float16 = 5;
    public const int Float32 = 6;
    public const int Boolean = 11;
    public const int BFloat16 = 15;
    public const int Float8E5M2 = 23;
    public const int Float8E4M3 = 24;

    public static bool TryGetElementType(int code, out ElementType type)
    {
        ElementType? known = code switch
        {
            Float32 => ElementType.Float32,
            Float16 => ElementType.Float16,
            BFloat16 => ElementType.BFloat16,
            Float8E4M3 => ElementType.Float8E4M3,
            Float8E5M2 => ElementType.Float8E5M2,
            Int32 => ElementType.Int32,
            Int64 => ElementType.Int64,
            UInt8 => ElementType.UInt8,
            Boolean => ElementType.Boolean,
            _ => null,
        };
        type = known.GetValueOrDefault();
        return known is not null;
    }

    /// <summary>The number of an element type.</summary>
    public static int Of(ElementType type) => type switch
    {
        ElementType.Float32 => Float32,
        ElementType.Float16 => Float16,
        ElementType.BFloat16 => BFloat16,
        ElementType.Float8E4M3 => Float8E4M3,
        ElementType.Float8E5M2 => Float8E5M2,
        ElementType.Int32 => Int32,
        ElementType.Int64 => Int64,
        ElementType.UInt8 => UInt8,
        ElementType.Boolean => Boolean,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };

    /// <summary>The number of a kind of device; AMD GPUs go by CUDA's in libtorch.</summary>
    public static int Of(DeviceKind kind) => kind switch
    {
        DeviceKind.Cpu => CpuDevice,
        DeviceKind.Cuda or DeviceKind.Rocm => CudaDevice,
        DeviceKind.Xpu => XpuDevice,
        DeviceKind.Tpu => XlaDevice,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of device."),
    };

    public static bool TryGetDevice(int code, out DeviceKind kind)
    {
        DeviceKind? known = code switch
        {
            CpuDevice => DeviceKind.Cpu,
            CudaDevice => DeviceKind.Cuda,
            XpuDevice => DeviceKind.Xpu,
            XlaDevice => DeviceKind.Tpu,
            _ => null,
        };
        kind = known.GetValueOrDefault();
        return known is not null;
    }
}
