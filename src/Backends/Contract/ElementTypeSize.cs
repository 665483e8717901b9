namespace AttentionGen;

/// <summary>The size of an element.</summary>
public static class ElementTypeSize
{
    /// <summary>The number of bytes of one element.</summary>
    /// <param name="type">The element type.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a declared member.</exception>
    public static int SizeInBytes(this ElementType type) => type switch
    {
        ElementType.Float32 or ElementType.Int32 => 4,
        ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float8E4M3 or ElementType.Float8E5M2 or ElementType.UInt8 or ElementType.Boolean => 1,
        ElementType.Int64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };
}
