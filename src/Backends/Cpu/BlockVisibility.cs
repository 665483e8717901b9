namespace AttentionGen.Cpu;

/// <summary>What a block of query rows sees of a block of keys.</summary>
internal enum BlockVisibility
{
    /// <summary>Nothing: the block of keys is skipped.</summary>
    None,

    /// <summary>A part of it, or it is not known.</summary>
    Partial,

    /// <summary>All of it.</summary>
    Full,
}
