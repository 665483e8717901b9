using static TorchSharp.torch;

namespace AttentionGen;

/// <summary>Between the contract's types and TorchSharp's.</summary>
internal static class TorchConversions
{
    /// <summary>TorchSharp's name of an element type that it has.</summary>
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
    /// <exception cref="ArgumentException">libtorch's builds for .NET do not run there.</exception>
    public static Device ToTorch(this AttentionDevice device) => device.Kind switch
    {
        DeviceKind.Cpu => CPU,
        DeviceKind.Cuda => new Device(TorchSharp.DeviceType.CUDA, device.Index),
        _ => throw new ArgumentException($"libtorch does not run on {device} here. It runs on cpu and cuda."),
    };

    /// <summary>The tensor that a view was made from.</summary>
    /// <exception cref="ArgumentException">The view was made from a pointer.</exception>
    public static Tensor ToTensor(this in TensorView view) => view.Owner as Tensor ?? throw new ArgumentException(
        $"The tensor {view} was made from a pointer. A backend on libtorch needs a libtorch tensor: wrap the memory with torch.from_blob or copy it into one.");
}
