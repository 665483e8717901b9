using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Contract;

/// <summary>What the contract refuses before a backend or native code sees it.</summary>
public sealed class LayerContractTests : IDisposable
{
    private static readonly KeyValueCacheOptions s_cacheOptions = new()
    {
        Device = TestDevice.Current, ElementType = ElementType.Float32, Layers = 1, Pages = 4, PageSize = 4, KeyValueHeads = 2, HeadSize = 8,
    };

    private static readonly AttentionLayerOptions s_layerOptions = new()
    {
        Device = TestDevice.Current, ElementType = ElementType.Float32, QueryHeads = 4, KeyValueHeads = 2, HeadSize = 8,
    };

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly PagedAttentionBackend _backend = TestBackends.Create(Backend.TorchSdpa);
    private readonly PagedKeyValueCache _cache;
    private readonly AttentionPlan _plan;
    private readonly AttentionLayer _layer;
    private readonly AttentionBatchBuilder _builder = new(pageSize: 4);

    public LayerContractTests()
    {
        _cache = _backend.CreateCache(s_cacheOptions);
        _plan = _backend.CreatePlan(new AttentionPlanOptions { Cache = s_cacheOptions, QueryHeads = 4 });
        _layer = _backend.CreateLayer(s_layerOptions);
        _builder.Add(0, 3, new[] { 2 });
    }

    public void Dispose()
    {
        _layer.Dispose();
        _plan.Dispose();
        _cache.Dispose();
        _backend.Dispose();
        _scope.Dispose();
    }

    [Theory]
    [InlineData(0, 3, 8, null, "Requests is 0")]
    [InlineData(1, 3, 8, 0, "QueriesPerRequest is 0")]
    public void RefusesACapacityOfNothing(int requests, int tokens, int keys, int? queries, string message)
    {
        AttentionPlanOptions options = new()
        {
            Cache = s_cacheOptions, QueryHeads = 4,
            Capacity = new AttentionPlanCapacity { Requests = requests, Tokens = tokens, KeysPerRequest = keys, QueriesPerRequest = queries },
        };
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => _backend.CreatePlan(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 3, 3, 3, null)]
    [InlineData(1, 3, 3, null, null)]
    [InlineData(1, 2, 3, null, "1 requests, 3 rows and up to 3 keys")]
    [InlineData(1, 3, 2, null, "1 requests, 3 rows and up to 3 keys")]
    [InlineData(1, 3, 3, 2, "up to 3 queries a request. The plan was made for 2")]
    public void RefusesABatchBeyondTheCapacity(int requests, int tokens, int keys, int? queries, string? message)
    {
        using AttentionPlan plan = _backend.CreatePlan(new AttentionPlanOptions
        {
            Cache = s_cacheOptions, QueryHeads = 4,
            Capacity = new AttentionPlanCapacity { Requests = requests, Tokens = tokens, KeysPerRequest = keys, QueriesPerRequest = queries },
        });
        if (message is null)
            plan.Update(_builder.Build());
        else
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => plan.Update(_builder.Build())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("query is f32[3, 4, 7]", 0, new long[] { 3, 4, 7 })]
    [InlineData("query is f32[2, 4, 8]", 0, new long[] { 2, 4, 8 })]
    [InlineData("query is f32[3, 32]", 0, new long[] { 3, 32 })]
    [InlineData("key is f32[3, 4, 8]", 1, new long[] { 3, 4, 8 })]
    [InlineData("value is f32[4, 2, 8]", 2, new long[] { 4, 2, 8 })]
    [InlineData("output is f32[3, 4, 9]", 3, new long[] { 3, 4, 9 })]
    public void RefusesAWrongShape(string message, int operand, long[] shape)
    {
        _plan.Update(_builder.Build());
        Tensor[] operands = Operands();
        operands[operand] = zeros(shape, device: TestDevice.Current.ToTorch());
        AssertRefused(message, operands);
    }

    [Fact]
    public void RefusesAnotherElementType()
    {
        _plan.Update(_builder.Build());
        Tensor[] operands = Operands();
        operands[0] = operands[0].to(ScalarType.BFloat16);
        AssertRefused("query is bf16[3, 4, 8]", operands);
    }

    [Fact]
    public void RefusesAStridedLastDimension()
    {
        _plan.Update(_builder.Build());
        Tensor[] operands = Operands();
        operands[0] = zeros(3, 8, 4, device: TestDevice.Current.ToTorch()).transpose(1, 2);
        AssertRefused("last dimension has stride 4", operands);
    }

    [Fact]
    public void RefusesAMissingKey()
    {
        _plan.Update(_builder.Build());
        Tensor[] operands = Operands();
        var error = Assert.Throws<ArgumentException>(() => _layer.Forward(operands[0], default, operands[2], _cache[0], _plan, operands[3]));
        Assert.Contains("key is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesAPlanWithoutABatch()
    {
        Tensor[] operands = Operands();
        Assert.Throws<InvalidOperationException>(() => _layer.Forward(operands[0], operands[1], operands[2], _cache[0], _plan, operands[3]));
    }

    [Fact]
    public void APlanWhoseUpdateThrewIsNotUsed()
    {
        _plan.Update(_builder.Build());
        Assert.Throws<ArgumentException>(() => _plan.Update(_builder.Build() with { SeqLens = new[] { 99 } }));
        Tensor[] operands = Operands();
        Assert.Throws<InvalidOperationException>(() => _layer.Forward(operands[0], operands[1], operands[2], _cache[0], _plan, operands[3]));
    }

    [Fact]
    public void RefusesLogSumExpsThatTheLayerWasNotAskedFor()
    {
        _plan.Update(_builder.Build());
        Tensor[] operands = Operands();
        var error = Assert.Throws<ArgumentException>(
            () => _layer.Forward(operands[0], operands[1], operands[2], _cache[0], _plan, operands[3], zeros(4, 3, device: TestDevice.Current.ToTorch())));
        Assert.Contains("made without LogSumExp", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesABatchThatIsNotCausalUnlessTheLayerWasMadeForIt()
    {
        _plan.Update(_builder.Build(causal: false));
        AssertRefused("not causal", Operands());
    }

    [Fact]
    public void RefusesATreeAndACommonPrefixUnlessTheLayerWasMadeForThem()
    {
        AssertBatchRefused("with TreeMask", _builder.Build() with { TreeAncestors = new ulong[] { 1, 3, 5 } });

        _builder.Clear();
        _builder.Add(4, 3, new[] { 0, 1 });
        AssertBatchRefused("with Cascade", _builder.Build(commonPrefixLength: 4));
    }

    [Fact]
    public void RefusesABatchWithoutACacheForADecoder()
    {
        AssertBatchRefused("not in a cache", new AttentionBatch
        {
            QueryStartLoc = new[] { 0, 3 }, SeqLens = new[] { 3 }, BlockTable = default, MaxBlocks = 0, SlotMapping = default, Causal = false, KeysInCache = false,
        });
    }

    [Fact]
    public void RefusesAPlanForOtherHeads()
    {
        using AttentionPlan other = _backend.CreatePlan(new AttentionPlanOptions { Cache = s_cacheOptions with { KeyValueHeads = 1 }, QueryHeads = 4 });
        other.Update(_builder.Build());
        Tensor[] operands = Operands();
        var error = Assert.Throws<ArgumentException>(() => _layer.Forward(operands[0], operands[1], operands[2], _cache[0], other, operands[3]));
        Assert.Contains("made for a cache that holds 1 Float32 heads of 8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesTheCacheOfAnotherShape()
    {
        _plan.Update(_builder.Build());
        using PagedKeyValueCache other = _backend.CreateCache(s_cacheOptions with { KeyValueHeads = 1 });
        Tensor[] operands = Operands();
        var error = Assert.Throws<ArgumentException>(() => _layer.Forward(operands[0], operands[1], operands[2], other[0], _plan, operands[3]));
        Assert.Contains("The cache holds 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheOutputIsUntouchedWhenAnOperandIsRefused()
    {
        _plan.Update(_builder.Build());
        Tensor[] operands = Operands();
        Tensor output = full(3, 4, 8, 5f, device: TestDevice.Current.ToTorch());
        Assert.Throws<ArgumentException>(() => _layer.Forward(operands[0], operands[1], operands[1].to(ScalarType.Float16), _cache[0], _plan, output));
        Assert.Equal(5f * 96, output.sum().cpu().item<float>());
    }

    [Fact]
    public void RowsWithoutASlotAreNotStored()
    {
        AttentionBatch batch = _builder.Build();
        _plan.Update(batch with { SlotMapping = new long[] { 8, -1, 10 } });
        Tensor[] operands = Operands();
        _layer.Forward(operands[0], ones_like(operands[1]), operands[2], _cache[0], _plan, operands[3]);
        float[] stored = _cache[0].KeyTensor.select(0, 2).sum([1, 2]).cpu().data<float>().ToArray();
        Assert.Equal([16, 0, 16, 0], stored);
    }

    [Fact]
    public void RefusesAFeatureThatIsNotDeclared()
    {
        AttentionLayerOptions half = s_layerOptions with { ElementType = ElementType.BFloat16 };
        using PagedAttentionBackend flash = TestBackends.Create(Backend.FlashAttn);
        var error = Assert.Throws<AttentionNotSupportedException>(() => flash.CreateLayer(half with { SoftCap = 30 }));
        Assert.Equal([ReasonCode.Feature], error.Reasons.Select(static reason => reason.Code));
        Assert.Contains("asked for SoftCap", error.Message, StringComparison.Ordinal);
        Assert.Throws<AttentionNotSupportedException>(() => flash.CreateLayer(half with { ValueHeadSize = 4 }));
        Assert.Throws<AttentionNotSupportedException>(() => flash.CreateLayer(half with { Form = AttentionForm.MultiHeadLatent }));
        Assert.Throws<AttentionNotSupportedException>(() => flash.CreateLayer(half with { CacheElementType = ElementType.Int32 }));
        Assert.Throws<AttentionNotSupportedException>(() => flash.CreateLayer(half with { Device = AttentionDevice.Rocm("gfx942") }));
        using PagedAttentionBackend tree = TestBackends.Create(Backend.TreeAttn);
        Assert.Throws<AttentionNotSupportedException>(() => tree.CreateLayer(half with { NonCausal = true }));
        Assert.Throws<AttentionNotSupportedException>(() => tree.CreateLayer(half with { Type = AttentionTypes.EncoderOnly }));
    }

    [Fact]
    public void A_cache_and_a_plan_of_a_layout_that_the_backend_does_not_read_are_refused()
    {
        KeyValueCacheOptions headsFirst = s_cacheOptions with { Layout = KeyValueCacheLayout.PagedHnd };
        var error = Assert.Throws<ArgumentException>(() => _backend.CreateCache(headsFirst));
        Assert.Contains("PagedHnd", error.Message, StringComparison.Ordinal);
        Assert.Contains("SplitNhd", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _backend.CreatePlan(new AttentionPlanOptions { Cache = headsFirst, QueryHeads = s_cacheOptions.KeyValueHeads }));
        using PagedKeyValueCache cache = _backend.CreateCache(s_cacheOptions with { Layout = _backend.CacheLayout });
        Assert.Equal(_backend.CacheLayout, cache.Layout);
    }

    [Fact]
    public void RefusesOptionsThatContradictThemselves()
    {
        Assert.Throws<InvalidAttentionRequestException>(() => _backend.CreateLayer(s_layerOptions with { QueryHeads = 3 }));
        Assert.Throws<ArgumentException>(() => _backend.CreateLayer(s_layerOptions with { Scale = float.NaN }));
        Assert.Throws<ArgumentException>(() => _backend.CreateLayer(s_layerOptions with { SlidingWindow = 0 }));
        Assert.Throws<ArgumentException>(() => _backend.CreateLayer(s_layerOptions with { AlibiSlopes = new float[3] }));
        Assert.Throws<ArgumentException>(() => _backend.CreateLayer(s_layerOptions with { AlibiSlopes = new float[] { 1, 1, float.NaN, 1 } }));
        Assert.Throws<ArgumentException>(() => _backend.CreateLayer(s_layerOptions with { Sinks = new float[] { 1, float.NaN, 1, 1 } }));
        Assert.Throws<ArgumentException>(() => _backend.CreateLayer(s_layerOptions with { SoftCap = float.PositiveInfinity }));
        Assert.Throws<ArgumentException>(() => _backend.CreateLayer(s_layerOptions with { KeyScale = 2 }));
        Assert.Throws<ArgumentException>(() => _backend.CreateLayer(s_layerOptions with { CacheElementType = ElementType.Float8E4M3, ValueScale = float.NaN }));
        Assert.Throws<InvalidAttentionRequestException>(() => _backend.CreateLayer(s_layerOptions with { Type = AttentionTypes.CrossAttention, SlidingWindow = 3 }));
        Assert.Throws<ArgumentException>(() => _backend.CreateCache(s_cacheOptions with { Pages = 0 }));
        Assert.Throws<ArgumentException>(() => _backend.CreateCache(s_cacheOptions with { Pages = int.MaxValue, PageSize = int.MaxValue, HeadSize = int.MaxValue }));
        Assert.Throws<ArgumentException>(() => _backend.CreatePlan(new AttentionPlanOptions { Cache = s_cacheOptions, QueryHeads = 5 }));
    }

    [Fact]
    public void RefusesALayerThatAsksForUndeclaredInvarianceOrGraphCapture()
    {
        Declare(static support => support with { Features = support.Features & ~AttentionFeatures.BatchInvariance, GraphCapture = GraphCaptureLevel.UniformBatch });
        using AttentionLayer accepted = _backend.CreateLayer(s_layerOptions with { GraphCapture = GraphCaptureLevel.UniformSingleTokenDecode });

        SelectionReason invariance = Assert.Single(Assert.Throws<AttentionNotSupportedException>(
            () => _backend.CreateLayer(s_layerOptions with { BatchInvariance = true })).Reasons);
        SelectionReason capture = Assert.Single(Assert.Throws<AttentionNotSupportedException>(
            () => _backend.CreateLayer(s_layerOptions with { GraphCapture = GraphCaptureLevel.Always })).Reasons);
        Assert.Equal((ReasonCode.Feature, AttentionFeatures.BatchInvariance), (invariance.Code, invariance.Feature));
        Assert.Equal((ReasonCode.GraphCapture, "graph capture level Always", "UniformBatch"), (capture.Code, capture.Requested, capture.Accepted));
    }

    [Fact]
    public void RefusesLayersAndPlansOfUndeclaredHeadsAndMakesTheCache()
    {
        Declare(static support => support with { QueryHeads = [8, 16], GroupSizes = [4] });
        using PagedKeyValueCache cache = _backend.CreateCache(s_cacheOptions);
        using AttentionPlan plan = _backend.CreatePlan(new AttentionPlanOptions { Cache = s_cacheOptions, QueryHeads = 8 });

        Assert.Equal([ReasonCode.QueryHeads, ReasonCode.GroupSize], Codes(() => _backend.CreateLayer(s_layerOptions)));
        Assert.Equal([ReasonCode.QueryHeads, ReasonCode.GroupSize], Codes(() => _backend.CreatePlan(new AttentionPlanOptions { Cache = s_cacheOptions, QueryHeads = 4 })));
        Assert.Equal([ReasonCode.GroupSize], Codes(() => _backend.CreatePlan(new AttentionPlanOptions { Cache = s_cacheOptions, QueryHeads = 16 })));
    }

    [Fact]
    public void RefusesAPlanOverACacheThatIsNotDeclared()
    {
        Declare(static support => support with { PageSizeMultipleOf = 16 });

        Assert.Equal([ReasonCode.PageSize], Codes(() => _backend.CreatePlan(new AttentionPlanOptions { Cache = s_cacheOptions, QueryHeads = 4 })));
    }

    private static IEnumerable<ReasonCode> Codes(Func<object> make) =>
        Assert.Throws<AttentionNotSupportedException>(make).Reasons.Select(static reason => reason.Code);

    /// <summary>Has the backend go by another declaration from now on.</summary>
    private void Declare(Func<BackendSupport, BackendSupport> change) =>
        ((IAttentionBackend)_backend).Attach(_backend.Descriptor with { Supports = [.. _backend.Descriptor.Supports.Select(change)] });

    /// <summary>Either the backend does not declare it, and its plan refuses, or the layer was not made for it.</summary>
    private void AssertBatchRefused(string message, AttentionBatch batch)
    {
        Tensor[] operands = Operands();
        Exception? error = Record.Exception(() =>
        {
            _plan.Update(batch);
            _layer.Forward(operands[0], operands[1], operands[2], batch.KeysInCache ? _cache[0] : null, _plan, operands[3]);
        });
        Assert.True(error is AttentionNotSupportedException or ArgumentException, $"{error}");
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static Tensor[] Operands()
    {
        Device device = TestDevice.Current.ToTorch();
        return [zeros(3, 4, 8, device: device), zeros(3, 2, 8, device: device), zeros(3, 2, 8, device: device), zeros(3, 4, 8, device: device)];
    }

    private void AssertRefused(string message, Tensor[] operands)
    {
        var error = Assert.Throws<ArgumentException>(() => _layer.Forward(operands[0], operands[1], operands[2], _cache[0], _plan, operands[3]));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
