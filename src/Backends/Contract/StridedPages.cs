using static TorchSharp.torch;

namespace AttentionGen;

/// <summary>Where the keys or the values of one layer lie: [pages, page size, Hkv, D] over a flat storage, in elements.</summary>
internal readonly record struct StridedPages(KeyValueCacheOptions Options, int HeadSize, long Offset, long PageStride, long TokenStride, long HeadStride)
{
    /// <summary>Keys, values, and the length of a layer.</summary>
    public static (StridedPages Keys, StridedPages Values, long Length) Of(KeyValueCacheOptions options, KeyValueCacheLayout layout)
    {
        int size = options.HeadSize, valueSize = options.ValueHeadSize ?? options.HeadSize, heads = options.KeyValueHeads, tokens = options.PageSize;
        long keyPage = (long)tokens * heads * size, valuePage = (long)tokens * heads * valueSize;
        switch (layout)
        {
            case KeyValueCacheLayout.SplitNhd:
                return (
                    new(options, size, 0, keyPage, (long)heads * size, size),
                    new(options, valueSize, options.Pages * keyPage, valuePage, (long)heads * valueSize, valueSize),
                    options.Pages * (keyPage + valuePage));
            case KeyValueCacheLayout.PagedNhd:
                return (
                    new(options, size, 0, keyPage + valuePage, (long)heads * size, size),
                    new(options, valueSize, keyPage, keyPage + valuePage, (long)heads * valueSize, valueSize),
                    options.Pages * (keyPage + valuePage));
            case KeyValueCacheLayout.PagedHnd:
                return (
                    new(options, size, 0, keyPage + valuePage, size, (long)tokens * size),
                    new(options, valueSize, keyPage, keyPage + valuePage, valueSize, (long)tokens * valueSize),
                    options.Pages * (keyPage + valuePage));
            case KeyValueCacheLayout.Latent when heads == 1 && valueSize <= size:
                return (new(options, size, 0, keyPage, size, size), new(options, valueSize, 0, keyPage, size, size), options.Pages * keyPage);
            case KeyValueCacheLayout.Latent:
                throw new ArgumentException($"A latent cache has one KV head and values that are a part of its keys. {heads} heads, keys of {size} and values of {valueSize} were asked for.");
            default:
                throw new ArgumentOutOfRangeException(nameof(layout), layout, "Not a cache layout.");
        }
    }

    /// <summary>A view of a storage, from a layer's first element.</summary>
    public Tensor View(Tensor storage, long layerStart) => storage.as_strided(
        [Options.Pages, Options.PageSize, Options.KeyValueHeads, HeadSize],
        [PageStride, TokenStride, HeadStride, 1],
        layerStart + Offset);
}
