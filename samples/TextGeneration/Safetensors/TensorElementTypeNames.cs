using System.Collections.Frozen;

namespace TextGeneration.Safetensors;

/// <summary>How safetensors writes each element type, and how many bits it takes.</summary>
internal static class TensorElementTypeNames
{
    private static readonly (string Name, TensorElementType Type, int Bits)[] Known =
    [
        ("BOOL", TensorElementType.Boolean, 8),
        ("F4", TensorElementType.Float4, 4),
        ("F6_E2M3", TensorElementType.Float6E2M3, 6),
        ("F6_E3M2", TensorElementType.Float6E3M2, 6),
        ("U8", TensorElementType.UInt8, 8),
        ("I8", TensorElementType.Int8, 8),
        ("F8_E5M2", TensorElementType.Float8E5M2, 8),
        ("F8_E4M3", TensorElementType.Float8E4M3, 8),
        ("F8_E8M0", TensorElementType.Float8E8M0, 8),
        ("I16", TensorElementType.Int16, 16),
        ("U16", TensorElementType.UInt16, 16),
        ("F16", TensorElementType.Float16, 16),
        ("BF16", TensorElementType.BFloat16, 16),
        ("I32", TensorElementType.Int32, 32),
        ("U32", TensorElementType.UInt32, 32),
        ("F32", TensorElementType.Float32, 32),
        ("C64", TensorElementType.Complex64, 64),
        ("F64", TensorElementType.Float64, 64),
        ("I64", TensorElementType.Int64, 64),
        ("U64", TensorElementType.UInt64, 64),
    ];

    private static readonly FrozenDictionary<string, TensorElementType> ByName =
        Known.ToFrozenDictionary(entry => entry.Name, entry => entry.Type, StringComparer.Ordinal);

    private static readonly FrozenDictionary<TensorElementType, (string Name, int Bits)> ByType =
        Known.ToFrozenDictionary(entry => entry.Type, entry => (entry.Name, entry.Bits));

    /// <summary>Every name, for error messages.</summary>
    public static string All { get; } = string.Join(", ", Known.Select(entry => entry.Name));

    public static bool TryParse(string name, out TensorElementType type) => ByName.TryGetValue(name, out type);

    /// <summary>The name that safetensors uses, such as <c>BF16</c>.</summary>
    public static string Name(this TensorElementType type) => ByType[type].Name;

    public static int Bits(this TensorElementType type) => ByType[type].Bits;
}
