namespace AttentionGen.Cuda;

/// <summary>How the copy engine places the 16-byte pieces of a box's rows in shared memory; the driver's <c>CUtensorMapSwizzle</c>.</summary>
internal enum TensorMapSwizzle
{
    /// <summary>In order.</summary>
    None,

    /// <summary>Within 32 bytes.</summary>
    Bytes32,

    /// <summary>Within 64 bytes.</summary>
    Bytes64,

    /// <summary>Within 128 bytes.</summary>
    Bytes128,
}
