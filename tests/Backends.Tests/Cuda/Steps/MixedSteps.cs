using AttentionGen.Cuda;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda.Steps;

/// <summary>One layer over a cache full of random numbers, and batches that mix decodes, prompts and requests of cut keys.</summary>
internal sealed class MixedSteps : IDisposable
{
    public const int Rows = 512, HeadSize = 64;

    private const int QueryHeads = 8, KeyValueHeads = 2, PageSize = 16, Requests = 12, KeysPerRequest = 2100;
    private const int PagesPerRequest = (KeysPerRequest + PageSize - 1) / PageSize;

    private readonly AttentionDevice _device;

    public MixedSteps(CudaDevice device, bool isSpecialised)
    {
        _device = device.Memory;
        using CudaEngineBackend backend = new(device, isSpecialised);
        KeyValueCacheOptions cache = new()
        {
            Device = _device, ElementType = ElementType.BFloat16, Layers = 1, Pages = Requests * PagesPerRequest, PageSize = PageSize, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize,
        };
        Layer = backend.CreateLayer(new AttentionLayerOptions
        {
            Device = _device, ElementType = ElementType.BFloat16, QueryHeads = QueryHeads, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize, GraphCapture = GraphCaptureLevel.Always,
        });
        AttentionPlanOptions plan = new() { Cache = cache, QueryHeads = QueryHeads };
        Cache = backend.CreateCache(cache);
        Plan = backend.CreatePlan(plan with { Capacity = new AttentionPlanCapacity { Requests = Requests, Tokens = Rows, KeysPerRequest = KeysPerRequest } });
        Eager = backend.CreatePlan(plan);
        using Tensor numbers = Random([.. Cache[0].KeyTensor.shape]), others = Random([.. Cache[0].ValueTensor.shape]);
        Cache[0].KeyTensor.copy_(numbers);
        Cache[0].ValueTensor.copy_(others);
    }

    public AttentionLayer Layer { get; }

    public PagedKeyValueCache Cache { get; }

    /// <summary>A plan of a capacity, for <see cref="Rows"/> rows.</summary>
    public AttentionPlan Plan { get; }

    /// <summary>A plan without one.</summary>
    public AttentionPlan Eager { get; }

    /// <summary>A batch of as many rows as there may be: decodes, prompts with and without keys before them.</summary>
    public static (int Computed, int New)[] Full { get; } = [(2000, 1), (0, 300), (1, 1), (700, 100), (17, 1), (64, 109)];

    /// <summary>A batch over pages dealt by a seed.</summary>
    public static AttentionBatch Batch(ReadOnlySpan<(int Computed, int New)> requests, int seed)
    {
        int[] pages = [.. Enumerable.Range(0, Requests * PagesPerRequest)];
        new Random(seed).Shuffle(pages);
        AttentionBatchBuilder builder = new(PageSize);
        for (int request = 0; request < requests.Length; request++)
            builder.Add(requests[request].Computed, requests[request].New, pages.AsMemory(request * PagesPerRequest, PagesPerRequest));
        return builder.Build();
    }

    /// <summary>Random queries for all rows.</summary>
    public Tensor Queries() => Random([Rows, QueryHeads, HeadSize]);

    /// <summary>Random new keys, or values.</summary>
    public Tensor NewKeys() => Random([Rows, KeyValueHeads, HeadSize]);

    /// <summary>Attends by a plan, which has been updated.</summary>
    public void Forward(AttentionPlan plan, Tensor query, Tensor key, Tensor value, Tensor output) => Layer.Forward(query, key, value, Cache[0], plan, output);

    /// <summary>The bits of a tensor.</summary>
    public static byte[] Bits(Tensor tensor)
    {
        using Tensor host = tensor.cpu().contiguous();
        return host.bytes.ToArray();
    }

    public void Dispose()
    {
        Layer.Dispose();
        Plan.Dispose();
        Eager.Dispose();
        Cache.Dispose();
    }

    private Tensor Random(long[] shape) => randn(shape, device: _device.ToTorch()).to(ScalarType.BFloat16);
}
