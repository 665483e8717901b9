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
        long elements = options.Layers * StridedPages.Of(options, layout).Length;
        ScalarType type = options.ElementType.SizeInBytes() == 1 ? ScalarType.Byte : options.ElementType.ToScalarType();
        _storage = zeros(elements, dtype: type, device: options.Device.ToTorch());
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
}
