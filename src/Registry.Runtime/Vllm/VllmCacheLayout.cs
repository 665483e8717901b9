namespace AttentionGen;

/// <summary>The order of heads and tokens inside a page of the KV cache, as vLLM names it.</summary>
public enum VllmCacheLayout
{
    /// <summary>Tokens, then heads.</summary>
    Nhd,

    /// <summary>Heads, then tokens.</summary>
    Hnd,
}
