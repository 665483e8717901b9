namespace AttentionGen;

/// <summary>
/// How one layer's keys and values lie in memory. The layout belongs to the backend: a cache made by one backend is read
/// only by backends of the same layout.
/// </summary>
public enum KeyValueCacheLayout
{
    /// <summary>[2, pages, page size, KV heads, head size]: all keys, then all values.</summary>
    SplitNhd,

    /// <summary>[pages, 2, page size, KV heads, head size]: keys and values alternate page by page.</summary>
    PagedNhd,

    /// <summary>[pages, 2, KV heads, page size, head size]: as <see cref="PagedNhd"/>, a head's tokens side by side.</summary>
    PagedHnd,

    /// <summary>
    /// [pages, page size, head size]: one latent row a token, whose first elements serve as the value (multi-head latent
    /// attention).
    /// </summary>
    Latent,
}
