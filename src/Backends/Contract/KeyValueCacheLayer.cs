using static TorchSharp.torch;

namespace AttentionGen;

/// <summary>One layer of a paged KV cache, seen as [pages, page size, Hkv, D] whatever its layout.</summary>
public sealed class KeyValueCacheLayer
{
    internal KeyValueCacheLayer(KeyValueCacheOptions options, KeyValueCacheLayout layout, Tensor storage, int layer)
    {
        Options = options;
        Layout = layout;
        (StridedPages keys, StridedPages values, long length) = StridedPages.Of(options, layout);
        long start = layer * length;
        KeyTensor = keys.View(storage, start);
        ValueTensor = values.View(storage, start);
    }

    /// <summary>The size and shape of the cache.</summary>
    public KeyValueCacheOptions Options { get; }

    /// <summary>How the layer lies in memory.</summary>
    public KeyValueCacheLayout Layout { get; }

    /// <summary>Keys: [pages, page size, Hkv, D], strided as the layout says.</summary>
    public TensorView Keys => TensorView.FromTensor(KeyTensor).As(Options.ElementType);

    /// <summary>Values: [pages, page size, Hkv, Dv], strided as the layout says.</summary>
    public TensorView Values => TensorView.FromTensor(ValueTensor).As(Options.ElementType);

    /// <summary>The keys as libtorch's tensor; 8-bit floating point as bytes, for TorchSharp has no such type.</summary>
    internal Tensor KeyTensor { get; }

    /// <summary>The values likewise.</summary>
    internal Tensor ValueTensor { get; }

    internal void Free()
    {
        KeyTensor.Dispose();
        ValueTensor.Dispose();
    }
}
