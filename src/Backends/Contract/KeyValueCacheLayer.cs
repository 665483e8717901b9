using static TorchSharp.torch;

namespace AttentionGen;

/// <summary>One layer of a paged KV cache, seen as [pages, page size, Hkv, D] whatever its layout.</summary>
public sealed class KeyValueCacheLayer
{
    internal KeyValueCacheLayer(KeyValueCacheOptions options, KeyValueCacheLayout layout, Tensor storage, int layer)
    {
        Options = options;
        Layout = layout;
        using Tensor all = storage.select(0, layer);
        switch (layout)
        {
            case KeyValueCacheLayout.SplitNhd:
                KeyTensor = all.select(0, 0);
                ValueTensor = all.select(0, 1);
                break;
            case KeyValueCacheLayout.PagedNhd:
                KeyTensor = all.select(1, 0);
                ValueTensor = all.select(1, 1);
                break;
            case KeyValueCacheLayout.PagedHnd:
                using (Tensor keys = all.select(1, 0), values = all.select(1, 1))
                {
                    KeyTensor = keys.transpose(1, 2);
                    ValueTensor = values.transpose(1, 2);
                }

                break;
            default:
                KeyTensor = all.unsqueeze(2);
                ValueTensor = KeyTensor.narrow(3, 0, options.ValueHeadSize ?? options.HeadSize);
                break;
        }
    }

    /// <summary>The size and shape of the cache.</summary>
    public KeyValueCacheOptions Options { get; }

    /// <summary>How the layer lies in memory.</summary>
    public KeyValueCacheLayout Layout { get; }

    /// <summary>Keys: [pages, page size, Hkv, D], strided as the layout says.</summary>
    public TensorView Keys => KeyTensor;

    /// <summary>Values: [pages, page size, Hkv, Dv], strided as the layout says.</summary>
    public TensorView Values => ValueTensor;

    internal Tensor KeyTensor { get; }

    internal Tensor ValueTensor { get; }

    internal void Free()
    {
        KeyTensor.Dispose();
        ValueTensor.Dispose();
    }
}
