using AttentionGen;

namespace Acme.Attention;

/// <summary>One attention layer: stores the new keys and values, then attends each query to all keys up to its position.</summary>
internal sealed class OwnAttentionLayer(AttentionLayerOptions options) : AttentionLayer(options)
{
    private readonly float _scale = options.Scale ?? (1 / MathF.Sqrt(options.HeadSize));
    private readonly int _queryHeadsPerKeyHead = options.QueryHeads / options.KeyValueHeads;

    /// <inheritdoc/>
    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        if (plan is not OwnAttentionPlan step)
            throw new ArgumentException($"The plan is a {plan.GetType().Name}. It must be made by the same backend as the layer.", nameof(plan));

        // There is no cache for encoders' batches only, and this backend declares no encoder.
        PagedRows keys = new(cache!.Keys), values = new(cache.Values);
        Store(new Rows(operands.Key), keys, step.SlotMapping);
        Store(new Rows(operands.Value), values, step.SlotMapping);

        Rows queries = new(operands.Query), output = new(operands.Output);
        foreach (StepRequest request in step.Requests)
        {
            for (int query = 0; query < request.Queries; query++)
            {
                // The queries of a request are its last positions; each sees the keys up to its own.
                int visible = request.Keys - request.Queries + query + 1;
                int row = request.FirstRow + query;
                for (int head = 0; head < Options.QueryHeads; head++)
                {
                    int keyHead = head / _queryHeadsPerKeyHead;
                    Attend(queries[row, head], output[row, head], visible, keyHead, request.Pages, keys, values);
                }
            }
        }

        // The rows above are pointers: the tensors must outlive the last use of them.
        operands.Query.KeepAlive();
        operands.Key.KeepAlive();
        operands.Value.KeepAlive();
        operands.Output.KeepAlive();
        GC.KeepAlive(cache);
    }

    private static void Store(Rows rows, PagedRows cache, long[] slotMapping)
    {
        for (int row = 0; row < slotMapping.Length; row++)
        {
            if (slotMapping[row] < 0)
                continue;

            (long page, long place) = Math.DivRem(slotMapping[row], cache.PageSize);
            for (int head = 0; head < cache.Heads; head++)
                rows[row, head].CopyTo(cache[page, place, head]);
        }
    }

    /// <summary>
    /// softmax(q K) V in one pass over the keys: when a larger score comes along, what has been summed so far is scaled down
    /// (Milakov and Gimelshein, https://arxiv.org/abs/1805.02867).
    /// </summary>
    private void Attend(
        ReadOnlySpan<float> query, Span<float> output, int visible, int keyHead, int[] pages, PagedRows keys, PagedRows values)
    {
        float maximum = float.NegativeInfinity, sum = 0;
        output.Clear();
        for (int position = 0; position < visible; position++)
        {
            (int block, int place) = Math.DivRem(position, (int)keys.PageSize);
            float score = _scale * Dot(query, keys[pages[block], place, keyHead]);
            float newMaximum = MathF.Max(maximum, score);
            float kept = MathF.Exp(maximum - newMaximum), weight = MathF.Exp(score - newMaximum);

            ReadOnlySpan<float> value = values[pages[block], place, keyHead];
            for (int i = 0; i < output.Length; i++)
                output[i] = (output[i] * kept) + (weight * value[i]);
            sum = (sum * kept) + weight;
            maximum = newMaximum;
        }

        for (int i = 0; i < output.Length; i++)
            output[i] /= sum;
    }

    private static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        float sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
