using static TorchSharp.torch;

namespace AttentionGen;

/// <summary>Between the contract's types and TorchSharp's.</summary>
public static class TorchConversions
{
    /// <summary>TorchSharp's name of an element type that it has.</summary>
    /// <param name="type">The element type.</param>
    /// <exception cref="ArgumentException">TorchSharp has no such element type.</exception>
    public static ScalarType ToScalarType(this ElementType type) => type switch
    {
        ElementType.Float32 => ScalarType.Float32,
        ElementType.Float16 => ScalarType.Float16,
        ElementType.BFloat16 => ScalarType.BFloat16,
        ElementType.Int32 => ScalarType.Int32,
        ElementType.Int64 => ScalarType.Int64,
        ElementType.UInt8 => ScalarType.Byte,
        ElementType.Boolean => ScalarType.Bool,
        _ => throw new ArgumentException($"TorchSharp has no element type {type}."),
    };

    /// <summary>TorchSharp's name of a device.</summary>
    /// <param name="device">The device.</param>
    /// <exception cref="ArgumentException">libtorch's builds for .NET do not run there.</exception>
    public static Device ToTorch(this AttentionDevice device) => device.Kind switch
    {
        DeviceKind.Cpu => CPU,
        DeviceKind.Cuda => new Device(TorchSharp.DeviceType.CUDA, device.Index),
        _ => throw new ArgumentException($"libtorch does not run on {device} here. It runs on cpu and cuda."),
    };
}
