namespace AttentionGen;

/// <summary>The size and shape of a paged KV cache.</summary>
public sealed record KeyValueCacheOptions
{
    /// <summary>The device that holds it.</summary>
    public required AttentionDevice Device { get; init; }

    /// <summary>The element type of keys and values.</summary>
    public required ElementType ElementType { get; init; }

    /// <summary>The number of attention layers.</summary>
    public required int Layers { get; init; }

    /// <summary>The number of pages of each layer.</summary>
    public required int Pages { get; init; }

    /// <summary>The number of tokens of a page.</summary>
    public int PageSize { get; init; } = 16;

    /// <summary>The number of KV heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>The size of a key head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The size of a value head; null: that of a key head.</summary>
    public int? ValueHeadSize { get; init; }

    /// <summary>How the cache lies in memory: one of <see cref="PagedAttentionBackend.CacheLayouts"/>; null: the backend's first choice.</summary>
    public KeyValueCacheLayout? Layout { get; init; }

    /// <summary>Throws where a size is not positive or the cache would be larger than memory can be addressed.</summary>
    /// <exception cref="ArgumentException">The message names the size and its value.</exception>
    public void Validate()
    {
        foreach ((int value, string name) in (ReadOnlySpan<(int, string)>)[
            (Layers, nameof(Layers)), (Pages, nameof(Pages)), (PageSize, nameof(PageSize)),
            (KeyValueHeads, nameof(KeyValueHeads)), (HeadSize, nameof(HeadSize)), (ValueHeadSize ?? 1, nameof(ValueHeadSize))])
        {
            if (value <= 0)
                throw new ArgumentException($"The cache's {name} is {value}. It must be at least 1.");
        }

        Int128 bytes = (Int128)Pages * PageSize * KeyValueHeads * (HeadSize + (Int128)(ValueHeadSize ?? HeadSize)) * Layers * ElementType.SizeInBytes();
        if (bytes > long.MaxValue)
            throw new ArgumentException($"A cache of {Layers} layers of {Pages} pages of {PageSize} tokens would take {bytes} bytes. Ask for fewer pages.");
    }
}
