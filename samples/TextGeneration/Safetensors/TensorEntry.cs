using System.Collections.Immutable;

namespace TextGeneration.Safetensors;

/// <summary>What a safetensors header says of one tensor, checked against the file it is in.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="ElementType">Its element type.</param>
/// <param name="Shape">Its dimensions, outermost first; none for a scalar. Values are stored row-major, little-endian.</param>
/// <param name="Offset">Its first byte, counted from the start of the file.</param>
/// <param name="ByteLength">How many bytes it takes.</param>
internal sealed record TensorEntry(string Name, TensorElementType ElementType, ImmutableArray<long> Shape, long Offset, long ByteLength)
{
    /// <summary>The shape as errors show it: <c>[4096, 128]</c>.</summary>
    public static string Describe(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    public override string ToString() => $"{Name} {ElementType.Name()} {Describe(Shape.AsSpan())}";
}
