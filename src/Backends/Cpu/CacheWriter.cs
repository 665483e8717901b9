namespace AttentionGen.Cpu;

/// <summary>Stores a step's new keys and values in a cache.</summary>
internal static unsafe class CacheWriter
{
    /// <summary>The number of bytes below which one thread stores them all.</summary>
    private const long SmallStep = 1 << 20;

    /// <summary>Stores one row for each slot that is not -1.</summary>
    /// <param name="kernels">The kernels of the layer's types.</param>
    /// <param name="batch">The step.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="operands">The new keys and values.</param>
    /// <param name="keys">Where keys go.</param>
    /// <param name="values">Where values go.</param>
    /// <param name="threads">The number of threads that may be used.</param>
    public static void Store(
        TileKernels kernels, CpuBatch batch, LayerConstants layer, in AttentionOperands operands, KeyRows keys, KeyRows values, int threads)
    {
        int count = batch.SlotMapping.Length;
        AttentionLayerOptions options = layer.Options;
        if (count == 0)
            return;

        StridedRows newKeys = new(operands.Key), newValues = new(operands.Value);
        long bytes = (long)count * options.KeyValueHeads * (options.HeadSize + layer.ValueHeadSize) * options.ElementType.SizeInBytes();
        if (threads == 1 || bytes < SmallStep)
        {
            StoreRange(kernels, batch, layer, newKeys, newValues, keys, values, 0, count);
            return;
        }

        int share = (count + threads - 1) / threads;
        Parallel.For(0, threads, thread => StoreRange(
            kernels, batch, layer, newKeys, newValues, keys, values, Math.Min(count, thread * share), Math.Min(count, (thread + 1) * share)));
    }

    private static void StoreRange(
        TileKernels kernels, CpuBatch batch, LayerConstants layer, in StridedRows newKeys, in StridedRows newValues, in KeyRows keys, in KeyRows values, int first, int end)
    {
        AttentionLayerOptions options = layer.Options;
        ReadOnlySpan<long> slots = batch.SlotMapping;
        for (int token = first; token < end; token++)
        {
            if (slots[token] < 0)
                continue;
            for (int head = 0; head < options.KeyValueHeads; head++)
            {
                kernels.StoreInCache(newKeys[token, head], options.HeadSize, options.KeyScale, keys.Slot(slots[token], head));
                kernels.StoreInCache(newValues[token, head], layer.ValueHeadSize, options.ValueScale, values.Slot(slots[token], head));
            }
        }
    }
}
