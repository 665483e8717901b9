namespace AttentionGen;

/// <summary>The type of a tensor's elements.</summary>
public enum ElementType
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>bfloat16: the upper half of a binary32.</summary>
    BFloat16,

    /// <summary>8-bit floating point with 4 exponent and 3 mantissa bits, no infinities (<c>float8_e4m3fn</c>).</summary>
    Float8E4M3,

    /// <summary>8-bit floating point with 5 exponent and 2 mantissa bits (<c>float8_e5m2</c>).</summary>
    Float8E5M2,

    /// <summary>Signed 32-bit integer.</summary>
    Int32,

    /// <summary>Signed 64-bit integer.</summary>
    Int64,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8,

    /// <summary>A byte that holds false or true.</summary>
    Boolean,
}
