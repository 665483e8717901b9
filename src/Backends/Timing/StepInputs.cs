using AttentionGen.Libtorch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Timing;

/// <summary>What all backends that are timed on a step get alike: the batch, the operands and the contents of the cache.</summary>
internal sealed class StepInputs : IDisposable
{
    private const int MaximumLayers = 4096;

    private readonly Tensor _cachedKeys, _cachedValues;

    public StepInputs(AttentionDevice device, StepShape shape)
    {
        Shape = shape;
        ElementType cacheType = shape.CacheElementType ?? shape.ElementType;
        int pagesPerRequest = (shape.ContextLength + shape.PageSize - 1) / shape.PageSize;
        int pages = checked(shape.Requests * pagesPerRequest);
        Cache = new KeyValueCacheOptions
        {
            Device = device, ElementType = cacheType, Layers = LayersFor(device, shape), Pages = pages, PageSize = shape.PageSize,
            KeyValueHeads = shape.KeyValueHeads, HeadSize = shape.HeadSize,
        };
        Layer = LayerFor(device, shape);

        int[] order = [.. Enumerable.Range(0, pages)];
        new Random(3).Shuffle(order);
        AttentionBatchBuilder builder = new(shape.PageSize);
        for (int request = 0; request < shape.Requests; request++)
            builder.Add(shape.ContextLength - shape.NewTokens, shape.NewTokens, order.AsMemory(request * pagesPerRequest, pagesPerRequest));
        Batch = builder.Build(causal: (shape.Features & AttentionFeatures.NonCausal) == 0);

        // A generator of its own: the user's draws are to come out as without a measurement.
        using Generator generator = new(7, device.ToTorch());
        long tokens = Batch.TokenCount;
        long[] cached = [pages, shape.PageSize, shape.KeyValueHeads, shape.HeadSize];
        Query = Draw(shape.ElementType, [tokens, shape.QueryHeads, shape.HeadSize]);
        NewKeys = Draw(shape.ElementType, [tokens, shape.KeyValueHeads, shape.HeadSize]);
        NewValues = Draw(shape.ElementType, [tokens, shape.KeyValueHeads, shape.HeadSize]);
        _cachedKeys = Draw(cacheType, cached);
        _cachedValues = Draw(cacheType, cached);

        Tensor Draw(ElementType type, long[] sizes)
        {
            if (type.SizeInBytes() == 1)
            {
                // The codes of numbers from about 0.02 to 2 in both 8-bit types, of either sign.
                using Tensor codes = randint(0x20, 0x40, sizes, dtype: ScalarType.Byte, device: device.ToTorch(), generator: generator);
                using Tensor signs = randint(0, 2, sizes, dtype: ScalarType.Byte, device: device.ToTorch(), generator: generator);
                using Scalar sign = 0x80;
                using Tensor bits = signs.mul(sign);
                return codes.Plus(bits);
            }

            using Tensor numbers = randn(sizes, dtype: ScalarType.Float32, device: device.ToTorch(), generator: generator);
            return numbers.to(type.ToScalarType(), copy: true);
        }
    }

    public StepShape Shape { get; }

    public KeyValueCacheOptions Cache { get; }

    public AttentionLayerOptions Layer { get; }

    public AttentionBatch Batch { get; }

    /// <summary>[T, Hq, D].</summary>
    public Tensor Query { get; }

    /// <summary>[T, Hkv, D].</summary>
    public Tensor NewKeys { get; }

    /// <summary>[T, Hkv, D].</summary>
    public Tensor NewValues { get; }

    /// <summary>Fills every layer of a cache, whatever its layout, with the same numbers.</summary>
    public void Fill(PagedKeyValueCache cache)
    {
        for (int layer = 0; layer < Cache.Layers; layer++)
        {
            cache[layer].KeyTensor.copy_(_cachedKeys);
            cache[layer].ValueTensor.copy_(_cachedValues);
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[Query, NewKeys, NewValues, _cachedKeys, _cachedValues])
            tensor.Dispose();
    }

    // As a model's layers do: when the first one's turn comes again, the others' keys have taken the place of its own.
    private static int LayersFor(AttentionDevice device, StepShape shape)
    {
        ElementType type = shape.CacheElementType ?? shape.ElementType;
        double layer = 2.0 * shape.Requests * shape.ContextLength * shape.KeyValueHeads * shape.HeadSize * type.SizeInBytes();
        return (int)Math.Clamp(Math.Ceiling(2 * LastLevelCache.BytesOf(device) / layer), 1, MaximumLayers);
    }

    private static AttentionLayerOptions LayerFor(AttentionDevice device, StepShape shape)
    {
        bool Has(AttentionFeatures feature) => (shape.Features & feature) != 0;

        // Slopes as in the paper on linear biases, 2^(-8/n) to the powers 1 to n.
        int heads = shape.QueryHeads;
        return new AttentionLayerOptions
        {
            Device = device,
            ElementType = shape.ElementType,
            CacheElementType = shape.CacheElementType,
            QueryHeads = heads,
            KeyValueHeads = shape.KeyValueHeads,
            HeadSize = shape.HeadSize,
            SlidingWindow = Has(AttentionFeatures.SlidingWindow) ? shape.SlidingWindow : null,
            SoftCap = Has(AttentionFeatures.SoftCap) ? 50 : null,
            AlibiSlopes = Has(AttentionFeatures.Alibi) ? Enumerable.Range(1, heads).Select(head => MathF.Pow(2, -8f * head / heads)).ToArray() : default,
            Sinks = Has(AttentionFeatures.Sinks) ? new float[heads] : default,
            NonCausal = Has(AttentionFeatures.NonCausal),
            LogSumExp = Has(AttentionFeatures.LogSumExp),
        };
    }
}
