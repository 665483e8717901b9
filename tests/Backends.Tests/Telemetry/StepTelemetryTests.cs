using System.Diagnostics;
using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Telemetry;

/// <summary>What a listener is told of steps, and what it costs when there is none. Other tests run steps on other threads.</summary>
public sealed class StepTelemetryTests : IDisposable
{
    private static readonly KeyValueCacheOptions s_cacheOptions = new()
    {
        Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, Layers = 1, Pages = 4, PageSize = 4, KeyValueHeads = 2, HeadSize = 8,
    };

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly PagedAttentionBackend _backend = TestBackends.Create(Backend.XFormers);
    private readonly PagedKeyValueCache _cache;
    private readonly AttentionPlan _plan;
    private readonly AttentionLayer _layer;
    private readonly AttentionBatch _batch;
    private readonly TensorView _query, _key, _value, _output;

    public StepTelemetryTests()
    {
        _cache = _backend.CreateCache(s_cacheOptions);
        _plan = _backend.CreatePlan(new AttentionPlanOptions { Cache = s_cacheOptions, QueryHeads = 4 });
        _layer = _backend.CreateLayer(new AttentionLayerOptions
        {
            Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, QueryHeads = 4, KeyValueHeads = 2, HeadSize = 8,
        });
        AttentionBatchBuilder builder = new(pageSize: 4);
        builder.Add(0, 3, new[] { 2 });
        builder.Add(1, 1, new[] { 1 });
        _batch = builder.Build();
        (_query, _key, _value, _output) = (randn(4, 4, 8), randn(4, 2, 8), randn(4, 2, 8), zeros(4, 4, 8));
    }

    public void Dispose()
    {
        _layer.Dispose();
        _plan.Dispose();
        _cache.Dispose();
        _backend.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void A_step_is_measured()
    {
        using StepListener listener = new();
        _plan.Update(_batch);
        Forward();
        Forward();

        Assert.Equal(
            [
                "attention.plan.update.duration s time attention.backend=XFORMERS",
                "attention.batch.requests {request} 2 attention.backend=XFORMERS",
                "attention.batch.tokens {token} 4 attention.backend=XFORMERS",
                "attention.forward.duration s time attention.backend=XFORMERS",
                "attention.forward.duration s time attention.backend=XFORMERS",
            ],
            listener.Measurements);
        Activity activity = Assert.Single(listener.Activities);
        Assert.Equal("attention.plan.update", activity.OperationName);
        Assert.Equal(["XFORMERS", 2, 4], activity.TagObjects.Select(static tag => tag.Value));
    }

    [Fact]
    public void A_batch_that_is_refused_is_measured_with_the_error()
    {
        using StepListener listener = new();
        Assert.Throws<ArgumentException>(() => _plan.Update(_batch with { SeqLens = new[] { 3, 99 } }));

        Assert.Equal(["attention.plan.update.duration s time attention.backend=XFORMERS error.type=System.ArgumentException"], listener.Measurements);
        Assert.Equal((ActivityStatusCode.Error, "System.ArgumentException"), (listener.Activities[0].Status, listener.Activities[0].GetTagItem("error.type")));
    }

    [Fact]
    public void A_backend_within_a_backend_is_measured_once()
    {
        using PagedAttentionBackend backend = TestBackends.Create(Backend.TorchSdpa);
        using AttentionPlan plan = backend.CreatePlan(_plan.Options);
        using AttentionLayer layer = backend.CreateLayer(_layer.Options);
        using StepListener listener = new();
        plan.Update(_batch);
        layer.Forward(_query, _key, _value, _cache[0], plan, _output);

        Assert.Equal(4, listener.Measurements.Count);
        Assert.All(listener.Measurements, static measurement => Assert.EndsWith("attention.backend=TORCH_SDPA", measurement, StringComparison.Ordinal));
        Assert.Single(listener.Activities);
    }

    [Fact]
    public void Nothing_is_allocated_for_listeners_that_are_not_there()
    {
        using IdleBackend backend = new();
        using AttentionPlan plan = backend.CreatePlan(_plan.Options);
        using AttentionLayer layer = backend.CreateLayer(_layer.Options);
        KeyValueCacheLayer cache = _cache[0];

        // The checks alone allocate a little once a step.
        long checks = AllocatedBy(() =>
        {
            _batch.Validate(s_cacheOptions.Pages, s_cacheOptions.PageSize);
            BatchSupportCheck.ThrowIfRefused(_batch, backend.Descriptor, DeviceKind.Cpu);
        });
        Assert.Equal(checks, AllocatedBy(() => plan.Update(_batch)));
        Assert.Equal(0, AllocatedBy(() => layer.Forward(_query, _key, _value, cache, plan, _output)));
    }

    private void Forward() => _layer.Forward(_query, _key, _value, _cache[0], _plan, _output);

    private static long AllocatedBy(Action action)
    {
        for (int i = 0; i < 3; i++)
            action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
