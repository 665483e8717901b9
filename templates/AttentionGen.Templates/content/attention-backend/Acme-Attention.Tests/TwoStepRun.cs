using AttentionGen;
using AttentionGen.Libtorch;
using static TorchSharp.torch;

namespace Acme.Attention.Tests;

/// <summary>
/// Runs requests through the backend in two steps, so that the cache holds what the backend itself has stored: first the
/// tokens that are to be in the cache, then the tokens of the step under test.
/// </summary>
internal sealed class TwoStepRun : IDisposable
{
    private const int PageCount = 128;

    private readonly int _queryHeads;
    private readonly int _keyValueHeads;
    private readonly int _headSize;
    private readonly int _pageSize;
    private readonly Random _random = new(17);
    private readonly PagedAttentionBackend _backend;
    private readonly PagedKeyValueCache _cache;
    private readonly AttentionPlan _plan;
    private readonly AttentionLayer _layer;

    public TwoStepRun(int queryHeads, int keyValueHeads, int headSize, int pageSize)
    {
        LibtorchRuntime.Load();
        (_queryHeads, _keyValueHeads, _headSize, _pageSize) = (queryHeads, keyValueHeads, headSize, pageSize);
        KeyValueCacheOptions cache = new()
        {
            Device = AttentionDevice.Cpu,
            ElementType = ElementType.Float32,
            Layers = 1,
            Pages = PageCount,
            PageSize = pageSize,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
        };
        _backend = (PagedAttentionBackend)AttentionRegistry.Create("ACME_ATTN");
        _cache = _backend.CreateCache(cache);
        _plan = _backend.CreatePlan(new AttentionPlanOptions { Cache = cache, QueryHeads = queryHeads });
        _layer = _backend.CreateLayer(new AttentionLayerOptions
        {
            Device = AttentionDevice.Cpu,
            ElementType = ElementType.Float32,
            QueryHeads = queryHeads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
        });
    }

    /// <summary>The largest absolute error of both steps' outputs.</summary>
    public double LargestError(int[] computedTokens, int[] newTokens)
    {
        // Pages in no order, as they come from a cache that has been in use.
        int[] pages = [.. Enumerable.Range(0, PageCount)];
        _random.Shuffle(pages);
        Request[] requests = new Request[computedTokens.Length];
        int taken = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            int tokens = computedTokens[i] + newTokens[i];
            int needed = (tokens + _pageSize - 1) / _pageSize;
            requests[i] = new Request(
                RandomRows(tokens * _queryHeads), RandomRows(tokens * _keyValueHeads), RandomRows(tokens * _keyValueHeads), pages[taken..(taken + needed)]);
            taken += needed;
        }

        double first = ErrorOfStep(requests, new int[requests.Length], computedTokens);
        double second = ErrorOfStep(requests, computedTokens, newTokens);
        return Math.Max(first, second);
    }

    public void Dispose()
    {
        _layer.Dispose();
        _plan.Dispose();
        _cache.Dispose();
        _backend.Dispose();
    }

    private double ErrorOfStep(Request[] requests, int[] computed, int[] queries)
    {
        int rows = queries.Sum();
        if (rows == 0)
            return 0;

        AttentionBatchBuilder batch = new(_pageSize);
        for (int i = 0; i < requests.Length; i++)
            batch.Add(computed[i], queries[i], requests[i].Pages);
        _plan.Update(batch.Build());

        using Tensor query = Stack(requests, computed, queries, _queryHeads, static request => request.Query);
        using Tensor key = Stack(requests, computed, queries, _keyValueHeads, static request => request.Keys);
        using Tensor value = Stack(requests, computed, queries, _keyValueHeads, static request => request.Values);
        using Tensor output = full(rows, _queryHeads, _headSize, float.NaN);
        _layer.Forward(query, key, value, _cache[0], _plan, output);

        double error = 0;
        int row = 0;
        ReadOnlySpan<float> actual = output.data<float>().ToArray();
        for (int i = 0; i < requests.Length; i++)
        {
            for (int position = computed[i]; position < computed[i] + queries[i]; position++, row++)
            {
                for (int head = 0; head < _queryHeads; head++)
                {
                    double[] expected = Definition.Attend(requests[i], position, head, _queryHeads, _keyValueHeads);
                    for (int d = 0; d < _headSize; d++)
                    {
                        double difference = Math.Abs(expected[d] - actual[(((row * _queryHeads) + head) * _headSize) + d]);
                        error = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(error, difference);
                    }
                }
            }
        }

        return error;
    }

    private Tensor Stack(Request[] requests, int[] computed, int[] queries, int heads, Func<Request, float[][]> rowsOf)
    {
        IEnumerable<float> elements = requests
            .SelectMany((request, i) => rowsOf(request).Skip(computed[i] * heads).Take(queries[i] * heads))
            .SelectMany(static row => row);
        return tensor(elements.ToArray()).reshape(-1, heads, _headSize);
    }

    private float[][] RandomRows(int rows)
    {
        float[][] random = new float[rows][];
        for (int row = 0; row < rows; row++)
        {
            random[row] = new float[_headSize];
            for (int d = 0; d < _headSize; d++)
                random[row][d] = (float)((_random.NextDouble() * 4) - 2);
        }

        return random;
    }
}
