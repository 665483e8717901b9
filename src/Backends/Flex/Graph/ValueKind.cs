namespace AttentionGen.Flex;

/// <summary>What an expression's value is.</summary>
internal enum ValueKind : byte
{
    /// <summary>A float32.</summary>
    Float,

    /// <summary>An int32.</summary>
    Int,

    /// <summary>A truth value.</summary>
    Bool,
}
