using static TorchSharp.torch;

namespace AttentionGen;

/// <summary>The keys and values of all layers, in pages that requests are given by number. Owns its memory.</summary>
/// <remarks>It does not know which pages are in use: see <see cref="PageAllocator"/>.</remarks>
public sealed class PagedKeyValueCache : IDisposable
{
    private readonly Tensor _storage;
    private readonly KeyValueCacheLayer[] _layers;

    internal PagedKeyValueCache(KeyValueCacheOptions options, KeyValueCacheLayout layout)
    {
        Options = options;
        Layout = layout;
        _storage = zeros(Shape(options, layout), dtype: options.ElementType.ToScalarType(), device: options.Device.ToTorch());
        _layers = new KeyValueCacheLayer[options.Layers];
        for (int layer = 0; layer < _layers.Length; layer++)
            _layers[layer] = new KeyValueCacheLayer(options, layout, _storage, layer);
    }

    /// <summary>The size and shape.</summary>
    public KeyValueCacheOptions Options { get; }

    /// <summary>How a layer lies in memory.</summary>
    public KeyValueCacheLayout Layout { get; }

    /// <summary>One layer's keys and values.</summary>
    /// <param name="layer">The layer, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public KeyValueCacheLayer this[int layer] => (uint)layer < (uint)_layers.Length
        ? _layers[layer]
        : throw new ArgumentOutOfRangeException(nameof(layer), layer, $"The cache has {_layers.Length} layers, counted from 0.");

    /// <summary>Frees the memory. No layer of the cache may be in use.</summary>
    public void Dispose()
    {
        foreach (KeyValueCacheLayer layer in _layers)
            layer.Free();
        _storage.Dispose();
    }

    private static long[] Shape(KeyValueCacheOptions options, KeyValueCacheLayout layout)
    {
        if ((options.ValueHeadSize ?? options.HeadSize) != options.HeadSize && layout != KeyValueCacheLayout.Latent)
            throw new ArgumentException($"The layout {layout} stores keys and values of one head size. It cannot hold keys of {options.HeadSize} and values of {options.ValueHeadSize}.");

        return layout switch
        {
            KeyValueCacheLayout.SplitNhd => [options.Layers, 2, options.Pages, options.PageSize, options.KeyValueHeads, options.HeadSize],
            KeyValueCacheLayout.PagedNhd => [options.Layers, options.Pages, 2, options.PageSize, options.KeyValueHeads, options.HeadSize],
            KeyValueCacheLayout.PagedHnd => [options.Layers, options.Pages, 2, options.KeyValueHeads, options.PageSize, options.HeadSize],
            KeyValueCacheLayout.Latent when options.KeyValueHeads == 1 => [options.Layers, options.Pages, options.PageSize, options.HeadSize],
            KeyValueCacheLayout.Latent => throw new ArgumentException($"A latent cache has one KV head, not {options.KeyValueHeads}."),
            _ => throw new ArgumentOutOfRangeException(nameof(layout), layout, "Not a cache layout."),
        };
    }
}
