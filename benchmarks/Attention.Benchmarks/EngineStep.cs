using AttentionGen.Cpu;
using static TorchSharp.torch;

namespace AttentionGen.Benchmarks;

/// <summary>A step on the CPU engine, over pages dealt at random.</summary>
internal sealed class EngineStep : IDisposable
{
    private readonly PagedKeyValueCache _cache;
    private readonly CpuAttentionPlan _plan;
    private readonly CpuAttentionLayer _layer;
    private readonly Tensor _query, _newKeys, _newValues;

    /// <summary>Prepares a step.</summary>
    /// <param name="shape">The step.</param>
    /// <param name="type">The element type.</param>
    /// <param name="width">The vector width; null: the widest.</param>
    public EngineStep(StepShape shape, ElementType type, SimdWidth? width)
    {
        const int pageSize = 16;
        int pagesPerRequest = (shape.Keys + pageSize - 1) / pageSize;
        KeyValueCacheOptions options = new()
        {
            Device = AttentionDevice.Cpu, ElementType = type, Layers = 1, Pages = shape.Requests * pagesPerRequest, PageSize = pageSize,
            KeyValueHeads = shape.KeyValueHeads, HeadSize = shape.HeadSize,
        };
        _cache = new PagedKeyValueCache(options, KeyValueCacheLayout.PagedHnd);
        _plan = new CpuAttentionPlan(new AttentionPlanOptions { Cache = options, QueryHeads = shape.QueryHeads });
        _layer = new CpuAttentionLayer(
            new AttentionLayerOptions
            {
                Device = AttentionDevice.Cpu, ElementType = type, QueryHeads = shape.QueryHeads, KeyValueHeads = shape.KeyValueHeads, HeadSize = shape.HeadSize,
            },
            width: width);

        _cache[0].KeyTensor.copy_(randn(_cache[0].KeyTensor.shape));
        _cache[0].ValueTensor.copy_(randn(_cache[0].ValueTensor.shape));
        int[] pages = [.. Enumerable.Range(0, options.Pages)];
        new Random(3).Shuffle(pages);
        AttentionBatchBuilder builder = new(pageSize);
        for (int request = 0; request < shape.Requests; request++)
            builder.Add(shape.Keys - shape.Queries, shape.Queries, pages.AsMemory(request * pagesPerRequest, pagesPerRequest));
        _plan.Update(builder.Build());

        int tokens = shape.Requests * shape.Queries;
        _query = randn(tokens, shape.QueryHeads, shape.HeadSize).to(type.ToScalarType());
        _newKeys = randn(tokens, shape.KeyValueHeads, shape.HeadSize).to(type.ToScalarType());
        _newValues = randn(tokens, shape.KeyValueHeads, shape.HeadSize).to(type.ToScalarType());
        Output = empty_like(_query);
    }

    /// <summary>The result of the last run: [T, Hq, D].</summary>
    public Tensor Output { get; }

    /// <summary>The same queries as [B, Hq, L, D].</summary>
    public Tensor DenseQueries(StepShape shape) =>
        _query.view(shape.Requests, shape.Queries, shape.QueryHeads, shape.HeadSize).transpose(1, 2).contiguous();

    /// <summary>The keys and values of the step as contiguous [B, Hkv, S, D], as they are after a run.</summary>
    public (Tensor Keys, Tensor Values) DenseKeysAndValues(StepShape shape)
    {
        using var scope = NewDisposeScope();
        int[] pages = [.. Enumerable.Range(0, (int)_cache[0].KeyTensor.size(0))];
        new Random(3).Shuffle(pages);
        Tensor order = tensor(pages.Select(static page => (long)page).ToArray());
        Tensor keys = Gather(_cache[0].KeyTensor), values = Gather(_cache[0].ValueTensor);
        return (keys.MoveToOuterDisposeScope(), values.MoveToOuterDisposeScope());

        Tensor Gather(Tensor cache) => cache.index_select(0, order)
            .reshape(shape.Requests, -1, shape.KeyValueHeads, shape.HeadSize).narrow(1, 0, shape.Keys).transpose(1, 2).contiguous();
    }

    public void Run() => _layer.Forward(_query, _newKeys, _newValues, _cache[0], _plan, Output);

    public void Dispose()
    {
        _query.Dispose();
        _newKeys.Dispose();
        _newValues.Dispose();
        Output.Dispose();
        _layer.Dispose();
        _plan.Dispose();
        _cache.Dispose();
    }
}
