using AttentionGen.Cuda;
using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda;

/// <summary>The paged kernels under a plan: against the definition, captured and replayed, on two streams, without allocations.</summary>
public sealed class PagedAttentionTests
{
    private const int Hq = 8, Hkv = 2, HeadSize = 64, PageSize = 16, Pages = 600;

    private static readonly int[][] s_lengths = [[2000, 1, 17, 300], [1500, 2, 900, 300], [64, 64, 64, 64], [2100, 2100, 2100, 1000], [5, 0, 3, 1]];

    [Theory]
    [InlineData(ElementType.Float32, 1e-5)]
    [InlineData(ElementType.Float16, 2e-3)]
    [InlineData(ElementType.BFloat16, 2e-2)]
    public void Decodes_and_prompts_in_one_step_agree_with_the_definition(ElementType type, double tolerance)
    {
        _ = CudaTest.Device;
        using PagedAttentionBackend backend = Create();
        AttentionCase mixed = new()
        {
            Requests = [new(700, 1), new(0, 45), new(33, 1), new(16, 130), new(1999, 1), new(0, 1), new(5, 0)], ElementType = type, LogSumExp = true,
        };
        CaseResult[] results =
        [
            mixed.Run(backend),
            (mixed with { SlidingWindow = 40, Sinks = true, SoftCap = 5 }).Run(backend),
            (mixed with { Alibi = true, Strided = true, PageSize = 7, QueryHeads = 10 }).Run(backend),
            (mixed with { Causal = false, HeadSize = 96, ValueHeadSize = 64 }).Run(backend),
            (mixed with { Tree = true, Requests = [new(100, 20), new(0, 64), new(700, 5)] }).Run(backend),
        ];
        Assert.All(results, result =>
        {
            Assert.InRange(result.OutputError, 0, tolerance);
            Assert.InRange(result.LogSumExpError, 0, 1e-3);
        });
    }

    [Fact]
    public void An_8_bit_cache_gives_back_what_was_rounded_into_it()
    {
        _ = CudaTest.Device;
        using PagedAttentionBackend backend = Create();
        CaseResult result = new AttentionCase
        {
            Requests = [new(700, 1), new(0, 45), new(16, 130)], ElementType = ElementType.BFloat16, CacheElementType = ElementType.Float8E4M3, KeyScale = 0.7f, ValueScale = 1.3f, LogSumExp = true,
        }.Run(backend);
        Assert.InRange(result.OutputError, 0, 2e-2);
        Assert.InRange(result.LogSumExpError, 0, 1e-3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_captured_step_is_replayed_with_other_batches(bool isInvariant)
    {
        _ = CudaTest.Device;
        using var scope = NewDisposeScope();
        using PagedAttentionBackend backend = Create();
        using World world = new(backend, isInvariant);
        Tensor query = World.Random(), key = World.RandomKeys(), value = World.RandomKeys(), output = zeros_like(query);
        world.Plan.Update(Batch([2100, 2100, 2100, 2100]));
        using CudaGraph graph = CudaGraph.Capture(TestDevice.Current, () => world.Layer.Forward(query, key, value, world.Cache[0], world.Plan, output));
        foreach (int[] lengths in s_lengths)
        {
            AttentionBatch batch = Batch(lengths);
            int rows = batch.TokenCount;
            query.copy_(World.Random());
            key.copy_(World.RandomKeys());
            output.fill_(float.NaN);
            world.Plan.Update(batch);
            graph.Replay();

            Tensor expected = zeros([rows, Hq, HeadSize], dtype: query.dtype, device: query.device);
            world.Eager.Update(batch);
            world.Layer.Forward(query.narrow(0, 0, rows), key.narrow(0, 0, rows), value.narrow(0, 0, rows), world.Cache[0], world.Eager, expected);
            Assert.Equal(CudaTest.Host(expected), CudaTest.Host(output.narrow(0, 0, rows)));
            Assert.All(CudaTest.Host(expected), static x => Assert.True(float.IsFinite(x)));
        }
    }

    [Fact]
    public void A_batch_beyond_the_capacity_is_refused()
    {
        _ = CudaTest.Device;
        using PagedAttentionBackend backend = Create();
        using World world = new(backend, isInvariant: false);
        var error = Assert.Throws<ArgumentException>(() => world.Plan.Update(Batch([2101, 1, 1, 1])));
        Assert.Contains("2101", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_without_a_capacity_does_not_move_its_memory_under_a_graph()
    {
        _ = CudaTest.Device;
        using var scope = NewDisposeScope();
        using PagedAttentionBackend backend = Create();
        using World world = new(backend, isInvariant: false);
        Tensor query = World.Random().narrow(0, 0, 1), key = World.RandomKeys().narrow(0, 0, 1), output = zeros_like(query);
        world.Eager.Update(Batch([10]));
        using CudaGraph graph = CudaGraph.Capture(TestDevice.Current, () => world.Layer.Forward(query, key, key, world.Cache[0], world.Eager, output));
        AttentionBatch many = Batch([.. Enumerable.Repeat(100, 60)]);
        Assert.Contains("Capacity", Assert.Throws<InvalidOperationException>(() => world.Eager.Update(many)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_inside_a_capture_is_refused()
    {
        _ = CudaTest.Device;
        using PagedAttentionBackend backend = Create();
        using World world = new(backend, isInvariant: false);
        var error = Assert.Throws<InvalidOperationException>(() => CudaGraph.Capture(TestDevice.Current, () => world.Plan.Update(Batch([10])), warmUps: 0));
        Assert.Contains("inside a capture", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forward_pass_allocates_nothing_and_repeats_its_bits()
    {
        CudaDevice device = CudaTest.Device;
        using var scope = NewDisposeScope();
        using PagedAttentionBackend backend = Create();
        using World world = new(backend, isInvariant: false);
        Tensor query = World.Random(), key = World.RandomKeys(), value = World.RandomKeys(), output = zeros_like(query), first = zeros_like(query);
        TensorView queryView = query, keyView = key, valueView = value, outputView = output, firstView = first;
        world.Plan.Update(Batch([2100, 2000, 700, 1]));
        world.Layer.Forward(queryView, keyView, valueView, world.Cache[0], world.Plan, firstView);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            world.Layer.Forward(queryView, keyView, valueView, world.Cache[0], world.Plan, outputView);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(CudaTest.Host(first), CudaTest.Host(output));
        device.Synchronise(device.CurrentStream);
    }

    [Fact]
    public void Two_streams_attend_at_once_with_a_plan_each()
    {
        _ = CudaTest.Device;
        using var scope = NewDisposeScope();
        using PagedAttentionBackend backend = Create();
        using World first = new(backend, isInvariant: false), second = new(backend, isInvariant: false);
        Tensor query = World.Random(), key = World.RandomKeys(), value = World.RandomKeys();
        second.Cache[0].KeyTensor.copy_(first.Cache[0].KeyTensor);
        second.Cache[0].ValueTensor.copy_(first.Cache[0].ValueTensor);
        AttentionBatch[] batches = [Batch([2000, 1, 17, 300]), Batch([1500, 2100, 900, 300])];
        World[] worlds = [first, second];
        float[][] expected = new float[2][];
        for (int i = 0; i < 2; i++)
        {
            Tensor output = zeros_like(query);
            worlds[i].Plan.Update(batches[i]);
            worlds[i].Layer.Forward(query, key, value, worlds[i].Cache[0], worlds[i].Plan, output);
            expected[i] = CudaTest.Host(output);
        }

        using CudaStream one = new(TestDevice.Current), other = new(TestDevice.Current);
        CudaStream[] streams = [one, other];
        Tensor[] outputs = [zeros_like(query), zeros_like(query)];
        foreach (CudaStream stream in streams)
            stream.WaitForCurrent();
        for (int round = 0; round < 50; round++)
        {
            for (int i = 0; i < 2; i++)
            {
                using CudaStreamScope use = streams[i].Use();
                worlds[i].Plan.Update(batches[i]);
                worlds[i].Layer.Forward(query, key, value, worlds[i].Cache[0], worlds[i].Plan, outputs[i]);
            }
        }

        foreach (CudaStream stream in streams)
            stream.HaveCurrentWait();
        Assert.Equal(expected[0], CudaTest.Host(outputs[0]));
        Assert.Equal(expected[1], CudaTest.Host(outputs[1]));
    }

    private static CudaEngineBackend Create() => new(CudaTest.Device);

    // Each request has one new token, and pages of its own, dealt out from the back.
    private static AttentionBatch Batch(int[] lengths)
    {
        int blocks = Math.Max(1, lengths.Max(static length => (length + PageSize - 1) / PageSize)), page = Pages;
        int[] starts = new int[lengths.Length + 1], table = new int[lengths.Length * blocks];
        List<long> slots = [];
        Array.Fill(table, int.MaxValue);
        for (int request = 0; request < lengths.Length; request++)
        {
            starts[request + 1] = starts[request] + (lengths[request] > 0 ? 1 : 0);
            for (int block = 0; block < (lengths[request] + PageSize - 1) / PageSize; block++)
                table[(request * blocks) + block] = --page;
            if (lengths[request] > 0)
                slots.Add((table[(request * blocks) + ((lengths[request] - 1) / PageSize)] * (long)PageSize) + ((lengths[request] - 1) % PageSize));
        }

        return new AttentionBatch { QueryStartLoc = starts, SeqLens = lengths, BlockTable = table, MaxBlocks = blocks, SlotMapping = slots.ToArray() };
    }

    /// <summary>A layer with a cache full of random numbers, a plan of a capacity, and one without.</summary>
    private sealed class World : IDisposable
    {
        public World(PagedAttentionBackend backend, bool isInvariant)
        {
            AttentionDevice device = TestDevice.Current;
            KeyValueCacheOptions cache = new() { Device = device, ElementType = ElementType.BFloat16, Layers = 1, Pages = Pages, PageSize = PageSize, KeyValueHeads = Hkv, HeadSize = HeadSize };
            Layer = backend.CreateLayer(new AttentionLayerOptions
            {
                Device = device, ElementType = ElementType.BFloat16, QueryHeads = Hq, KeyValueHeads = Hkv, HeadSize = HeadSize, BatchInvariance = isInvariant, GraphCapture = GraphCaptureLevel.Always,
            });
            AttentionPlanOptions plan = new() { Cache = cache, QueryHeads = Hq };
            Cache = backend.CreateCache(cache);
            Plan = backend.CreatePlan(plan with { Capacity = new AttentionPlanCapacity { Requests = 8, Tokens = 8, KeysPerRequest = 2100 } });
            Eager = backend.CreatePlan(plan);
            Fill(Cache[0].KeyTensor);
            Fill(Cache[0].ValueTensor);
        }

        public AttentionLayer Layer { get; }

        public PagedKeyValueCache Cache { get; }

        public AttentionPlan Plan { get; }

        public AttentionPlan Eager { get; }

        public static Tensor Random() => randn([4, Hq, HeadSize], device: TestDevice.Current.ToTorch()).to(ScalarType.BFloat16);

        public static Tensor RandomKeys() => randn([4, Hkv, HeadSize], device: TestDevice.Current.ToTorch()).to(ScalarType.BFloat16);

        public void Dispose()
        {
            Layer.Dispose();
            Plan.Dispose();
            Eager.Dispose();
            Cache.Dispose();
        }

        private static void Fill(Tensor tensor)
        {
            using Tensor numbers = randn(tensor.shape, device: tensor.device).to(tensor.dtype);
            tensor.copy_(numbers);
        }
    }
}
