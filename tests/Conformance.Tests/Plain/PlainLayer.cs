using System.Numerics;
using AttentionGen.Tests.Defects;

namespace AttentionGen.Tests.Plain;

/// <summary>Stores, then attends row by row in float64.</summary>
internal sealed class PlainLayer(AttentionLayerOptions options, Defect defect) : AttentionLayer(options)
{
    private readonly double _scale = options.Scale ?? (defect == Defect.ScaleOfValueHead ? 1 / Math.Sqrt(options.ValueHeadSize ?? options.HeadSize) : 1 / Math.Sqrt(options.HeadSize));
    private int _runs;

    private bool IsEncoder => Options.Type is AttentionTypes.Encoder or AttentionTypes.EncoderOnly;

    protected override void ForwardCore(in AttentionOperands operands, KeyValueCacheLayer? cache, AttentionPlan plan)
    {
        PlainPlan step = (PlainPlan)plan;
        if (defect == Defect.RejectsPageSize && cache?.Options.PageSize == 128)
            throw new NotSupportedException("Pages of 128 tokens are too large.");
        if (defect == Defect.RejectsWindowWithCap && Options.SlidingWindow is not null && Options.SoftCap is not null)
            throw new NotSupportedException("There is no kernel for a window and a soft cap.");

        bool isLatent = Options.Form != AttentionForm.MultiHead;
        Elements newKeys = new(operands.Key), newValues = new(operands.Value);
        if (cache is not null)
        {
            Store(step, newKeys, new Elements(cache.Keys), Options.HeadSize, Options.KeyScale);
            if (!isLatent)
                Store(step, newValues, new Elements(cache.Values), OutputSize, Options.ValueScale);
        }

        Elements keys = cache is null ? newKeys : new Elements(cache.Keys), values = cache is null ? newValues : new Elements(cache.Values);
        Elements query = new(operands.Query), output = new(operands.Output), logSumExp = new(operands.LogSumExp);
        for (int request = 0; request < step.RequestCount; request++)
        {
            int first = step.Starts[request], queries = step.Starts[request + 1] - first;
            for (int i = 0; i < queries; i++)
            {
                for (int head = 0; head < Options.QueryHeads; head++)
                {
                    double sum = Attend(step, request, i, queries, head, query, keys, values, output);
                    if (operands.LogSumExp.IsDefined && defect != Defect.DropsLogSumExp)
                        logSumExp[head, first + i] = (float)(defect == Defect.LogSumExpInBits ? sum / Math.Log(2) : sum);
                }
            }
        }

        if (defect == Defect.WritesPastOutput && step.TokenCount > 0)
            output[step.TokenCount, 0] = 0;
        if (defect == Defect.ScalesQueriesInPlace && step.TokenCount > 0)
            query[0, 0] = query[0, 0] * 0.5f;
        if (defect == Defect.Nondeterministic && step.TokenCount > 0)
            output[0, 0] = MathF.BitIncrement(output[0, 0]) + (_runs++ % 2 == 0 ? 0 : 1e-6f);
        operands.Query.KeepAlive();
        operands.Key.KeepAlive();
        operands.Value.KeepAlive();
        operands.Output.KeepAlive();
        operands.LogSumExp.KeepAlive();
        GC.KeepAlive(cache);
    }

    private int OutputSize => Options.ValueHeadSize ?? Options.HeadSize;

    private void Store(PlainPlan step, Elements rows, Elements cache, int size, float scale)
    {
        int pageSize = step.Options.Cache.PageSize;
        for (int row = 0; row < step.Slots.Length; row++)
        {
            long slot = step.Slots[row];
            if (slot < 0)
                continue;
            (long page, long place) = Math.DivRem(slot, pageSize);
            for (int head = 0; head < Options.KeyValueHeads; head++)
            {
                for (int i = 0; i < size; i++)
                    cache[page, place, head, i] = rows[row, head, i] / (defect == Defect.IgnoresCacheScales ? 1 : scale);
            }

            if (defect == Defect.ClearsRestOfPage && place + 1 < pageSize)
                cache[page, place + 1, 0, 0] = 0;
        }
    }

    /// <returns>The log-sum-exp.</returns>
    private double Attend(PlainPlan step, int request, int i, int queries, int head, Elements query, Elements keys, Elements values, Elements output)
    {
        int length = step.Lengths[request] + (defect == Defect.ReadsPastEnd ? 1 : 0), row = step.Starts[request] + i;
        int keyHead = defect == Defect.InterleavedHeads ? head % Options.KeyValueHeads : head / (Options.QueryHeads / Options.KeyValueHeads);
        if (defect == Defect.MultipliesHiddenValues && !IsEncoder)
            length = (length + step.Options.Cache.PageSize - 1) / step.Options.Cache.PageSize * step.Options.Cache.PageSize;
        double[] scores = new double[length];
        bool[] seen = new bool[length];
        for (int key = 0; key < length; key++)
        {
            if (key >= step.Lengths[request] && defect == Defect.MultipliesHiddenValues)
                continue;
            int distance = Distance(step, request, i, queries, key);
            seen[key] = Sees(step, request, i, queries, key, distance);
            if (!seen[key])
                continue;

            double score = 0;
            for (int d = 0; d < Options.HeadSize; d++)
                score += (double)query[row, head, d] * Read(step, request, keys, key, keyHead, d, Options.KeyScale);
            score *= _scale;
            if (Options.SoftCap is { } cap && defect != Defect.IgnoresSoftCap)
                score = cap * Math.Tanh(score / cap);
            if (!Options.AlibiSlopes.IsEmpty)
                score -= Options.AlibiSlopes.Span[defect == Defect.OneAlibiSlope ? 0 : head] * Math.Abs(distance);
            scores[key] = score;
        }

        double sink = Options.Sinks.IsEmpty ? double.NegativeInfinity : Options.Sinks.Span[head];
        double maximum = Enumerable.Range(0, length).Where(key => seen[key]).Select(key => scores[key]).DefaultIfEmpty(double.NegativeInfinity).Max();
        if (double.IsNegativeInfinity(maximum))
        {
            for (int d = 0; d < OutputSize && defect != Defect.SkipsRowsWithoutKeys; d++)
                output[row, head, d] = 0;
            return double.NegativeInfinity;
        }

        if (defect == Defect.SubtractsNoMaximum)
            maximum = 0;
        else if (defect != Defect.SinkBesideMaximum)
            maximum = Math.Max(maximum, sink);

        // In float32, where it would overflow.
        float sum = double.IsNegativeInfinity(sink) ? 0 : (float)Math.Exp(sink - maximum);
        double precise = sum;
        for (int key = 0; key < length; key++)
            precise += seen[key] ? (float)Math.Exp(scores[key] - maximum) : 0;
        if (defect == Defect.DependsOnBatchSize && step.RequestCount % 2 == 1)
            precise *= 1 + 1e-6;
        for (int d = 0; d < OutputSize; d++)
        {
            double result = 0;
            for (int key = 0; key < length; key++)
            {
                // A weight of 0 does not hide a value that is not a number.
                double weight = seen[key] ? (float)Math.Exp(scores[key] - maximum) : 0;
                if (seen[key] || defect == Defect.MultipliesHiddenValues)
                    result += weight * Read(step, request, values, key, keyHead, d, Options.ValueScale);
                if (defect == Defect.AccumulatesInHalf)
                    result = (float)(Half)(float)result;
            }

            output[row, head, d] = (float)(result / precise);
        }

        return maximum + Math.Log(precise);
    }

    private float Read(PlainPlan step, int request, Elements rows, int key, int head, int d, float scale)
    {
        if (IsEncoder)
            return rows[step.Starts[request] + key, head, d];
        int pageSize = step.Options.Cache.PageSize, block = key / pageSize;
        int entry = defect == Defect.TransposedBlockTable
            ? ((block * step.RequestCount) + request) % step.Table.Length
            : (request * step.MaxBlocks) + Math.Min(block, step.MaxBlocks - 1);
        int page = defect == Defect.PagesInOrder ? (step.Table[request * step.MaxBlocks] + block) % step.Options.Cache.Pages : step.Table[entry];
        if ((uint)page >= (uint)step.Options.Cache.Pages)
            page = 0;
        return rows[page, key % pageSize, head, d] * (defect == Defect.IgnoresCacheScales ? 1 : scale);
    }

    private bool Sees(PlainPlan step, int request, int i, int queries, int key, int distance)
    {
        if (Options.Type == AttentionTypes.CrossAttention)
            return true;
        bool isCausal = step.Causal || (IsEncoder && defect == Defect.CausalEncoder);
        int firstNew = step.Lengths[request] - queries;
        ulong branch = defect == Defect.TreeAsChain || step.Tree.Length == 0 ? 0 : step.Tree[step.Starts[request] + i];
        if (branch != 0 && key >= firstNew)
        {
            if ((branch & (1UL << (key - firstNew))) == 0)
                return false;
        }
        else if (isCausal && key > firstNew + i + (defect == Defect.ReadsPastEnd ? 1 : 0))
        {
            return false;
        }

        if (Options.SlidingWindow is not { } window)
            return true;
        int last = defect == Defect.WindowOffByOne ? window : window - 1;
        return distance <= last && (defect == Defect.WindowBackwardsOnly || -distance <= last);
    }

    private int Distance(PlainPlan step, int request, int i, int queries, int key)
    {
        int firstNew = step.Lengths[request] - queries;
        int keyPosition = key < firstNew ? key : firstNew + Depth(step, step.Starts[request], key - firstNew);
        return firstNew + Depth(step, step.Starts[request], i) - keyPosition;
    }

    /// <summary>A token's place after the earlier keys: its ancestors come before it.</summary>
    private int Depth(PlainPlan step, int firstRow, int token)
    {
        if (defect is Defect.TreeByIndex or Defect.TreeAsChain || step.Tree.Length == 0 || firstRow + token >= step.Tree.Length || step.Tree[firstRow + token] == 0)
            return token;
        return BitOperations.PopCount(step.Tree[firstRow + token] & ((1UL << token) - 1));
    }
}
