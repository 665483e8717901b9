namespace AttentionGen.Metadata;

/// <summary>What a request does in a step, in the order in which a batch lists its requests.</summary>
public enum RequestPhase
{
    /// <summary>It has read its prompt, and has no more new tokens than the decode threshold.</summary>
    Decode,

    /// <summary>It is in the middle of its prompt, and has no more new tokens than the decode threshold.</summary>
    ShortExtend,

    /// <summary>It has tokens in the cache, and more new ones than the decode threshold.</summary>
    LongExtend,

    /// <summary>It has no token in the cache, however many new ones it has.</summary>
    Prefill,
}
