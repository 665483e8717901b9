using AttentionGen;
using AttentionGen.Libtorch;
using TextGeneration.Configuration;
using TextGeneration.Safetensors;
using static TorchSharp.torch;

namespace TextGeneration.Model;

/// <summary>Makes libtorch tensors of a checkpoint's mapped bytes, in one element type on one device.</summary>
internal sealed class WeightLoader(Checkpoint checkpoint, ModelConfiguration configuration, ScalarType type, Device device)
{
    private readonly Tensor _epsilon = tensor((float)configuration.RmsNormEpsilon, device: device);

    public Tensor Load(string name, params ReadOnlySpan<long> shape)
    {
        using var scope = NewDisposeScope();
        Tensor raw = Read(checkpoint.Get(name, shape));

        // Always a copy: the mapping ends with the checkpoint.
        return raw.to(type, copy: true).to(device).DetachFromDisposeScope();
    }

    public Linear LoadLinear(string name, int outputs, int inputs, bool hasBias) =>
        new(Load($"{name}.weight", outputs, inputs), hasBias ? Load($"{name}.bias", outputs) : null);

    public RmsNorm LoadNorm(string name, int size) => new(Load($"{name}.weight", size), _epsilon.alias());

    /// <summary>The tensor as it is in the file: a view of the mapping where that is aligned, as the format does not promise.</summary>
    private static unsafe Tensor Read(MappedTensor mapped)
    {
        ElementType elementType = mapped.ElementType switch
        {
            TensorElementType.Float32 => ElementType.Float32,
            TensorElementType.Float16 => ElementType.Float16,
            _ => ElementType.BFloat16,
        };
        if ((nint)mapped.Pointer % elementType.SizeInBytes() == 0)
            return LibtorchTensor.Borrow(TensorView.FromPointer((nint)mapped.Pointer, elementType, DeviceKind.Cpu, 0, mapped.Shape.AsSpan()));

        Tensor aligned = empty([.. mapped.Shape], dtype: elementType.ToScalarType());
        TensorView view = aligned;
        Buffer.MemoryCopy(mapped.Pointer, (void*)view.Data, mapped.ByteLength, mapped.ByteLength);
        return aligned;
    }
}
