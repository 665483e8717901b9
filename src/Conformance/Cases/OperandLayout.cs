namespace AttentionGen.Conformance.Cases;

/// <summary>How queries, new keys, new values and the output lie in memory.</summary>
internal enum OperandLayout
{
    /// <summary>[T, H, D] without gaps.</summary>
    Contiguous,

    /// <summary>[T, H, D] with a gap after each token's heads, as in slices of one projection.</summary>
    PaddedRows,

    /// <summary>[H, T, D], seen as [T, H, D].</summary>
    HeadsFirst,

    /// <summary>[T, H, D] that begins one element after an address that vector loads like.</summary>
    Misaligned,

    /// <summary>New keys and values of one head, repeated for all by a stride of 0.</summary>
    RepeatedHeads,
}
