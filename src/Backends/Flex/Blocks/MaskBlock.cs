namespace AttentionGen.Flex;

/// <summary>What a block of queries sees of a block of keys.</summary>
public enum MaskBlock
{
    /// <summary>Nothing: the block is skipped.</summary>
    Empty,

    /// <summary>A part of it: the mask is evaluated for each score.</summary>
    Partial,

    /// <summary>All of it: attended without evaluating the mask.</summary>
    Full,
}
