namespace AttentionGen;

/// <summary>A set of <see cref="ElementType"/>s that attention computes with or stores in its cache.</summary>
[Flags]
public enum ElementTypes
{
    /// <summary>The empty set.</summary>
    None = 0,

    /// <inheritdoc cref="ElementType.Float32"/>
    Float32 = 1 << ElementType.Float32,

    /// <inheritdoc cref="ElementType.Float16"/>
    Float16 = 1 << ElementType.Float16,

    /// <inheritdoc cref="ElementType.BFloat16"/>
    BFloat16 = 1 << ElementType.BFloat16,

    /// <inheritdoc cref="ElementType.Float8E4M3"/>
    Float8E4M3 = 1 << ElementType.Float8E4M3,

    /// <inheritdoc cref="ElementType.Float8E5M2"/>
    Float8E5M2 = 1 << ElementType.Float8E5M2,
}
