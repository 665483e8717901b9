using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;
using AttentionGen.Cuda;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cuda.Steps;

/// <summary>Steps whose pages, or whose operands, lie so far apart that their distance in elements does not fit 32 bits.</summary>
internal static class FarMemory
{
    private const int PageSize = 16, Heads = 8, KeyValueHeads = 2, HeadSize = 128, PagesApiece = 64;

    // Pages by name: of the cache's beginning, of its end, and what is between.
    private static readonly (int Computed, int New, string Places)[] s_requests =
        [(300, 1, "C"), (300, 1, "A"), (65, 1, "B"), (100, 60, "C"), (0, 70, "CAB"), (30, 40, "AC"), (500, 1, "BC"), (0, 17, "A")];

    /// <summary>The number of rows of a step.</summary>
    private static int Tokens => s_requests.Sum(static request => request.New);

    /// <summary>
    /// Requests in the lowest pages of a cache and in those around 2^31 and 2^32 elements after them, 9 GB, so that an address
    /// that loses its upper bits is that of another request's page.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="isSpecialised">Whether requests of few rows and of many go to kernels of their own.</param>
    /// <param name="layout">The cache's layout.</param>
    public static void AssertPagesAreFound(CudaDevice device, bool isSpecialised, KeyValueCacheLayout layout)
    {
        const int PageLength = 2 * PageSize * KeyValueHeads * HeadSize;
        using CudaEngineBackend backend = new(device, isSpecialised);
        AttentionCase attentionCase = Case(layout);
        int middle = (int)((1L << 31) / PageLength), high = 2 * middle;
        using PagedKeyValueCache cache = backend.CreateCache(attentionCase.ToCacheOptions(device.Memory, high + PagesApiece) with { Layers = 1 });
        int[] next = [0, middle, high];
        int[][] pages = [.. s_requests.Select(request => Enumerable.Range(0, (request.Computed + request.New + PageSize - 1) / PageSize)
            .Select(page => next[request.Places[page % request.Places.Length] - 'A']++).ToArray())];
        if (next[0] > PagesApiece || next[1] > middle + PagesApiece || next[2] > cache.Options.Pages)
            throw new InvalidOperationException("The requests take more pages than there are.");
        using var scope = NewDisposeScope();
        Run(backend, cache, attentionCase, pages, heads => zeros(Tokens, heads, HeadSize, dtype: ScalarType.BFloat16, device: device.Memory.ToTorch()));
    }

    /// <summary>Queries, new keys, new values and outputs more than 2^31 elements apart from the first row to the last: 7 GB.</summary>
    /// <param name="device">The device.</param>
    /// <param name="isSpecialised">Whether requests of few rows and of many go to kernels of their own.</param>
    public static void AssertRowsAreFound(CudaDevice device, bool isSpecialised)
    {
        using CudaEngineBackend backend = new(device, isSpecialised);
        AttentionCase attentionCase = Case(KeyValueCacheLayout.PagedNhd);
        int[][] pages = new int[s_requests.Length][];
        int count = 0;
        for (int request = 0; request < pages.Length; request++)
            pages[request] = [.. Enumerable.Range(count, -count + (count += (s_requests[request].Computed + s_requests[request].New + PageSize - 1) / PageSize))];
        using PagedKeyValueCache cache = backend.CreateCache(attentionCase.ToCacheOptions(device.Memory, count) with { Layers = 1 });

        using var scope = NewDisposeScope();
        const long Stride = 1 << 24;
        Tensor buffer = empty(Tokens * Stride, dtype: ScalarType.BFloat16, device: device.Memory.ToTorch());
        long start = 0;
        Run(backend, cache, attentionCase, pages, heads =>
        {
            Tensor rows = buffer.as_strided([Tokens, heads, HeadSize], [Stride, HeadSize, 1], start);
            start += heads * HeadSize;
            return rows;
        });
    }

    private static AttentionCase Case(KeyValueCacheLayout layout) => new()
    {
        Batch = "far",
        Requests = [.. s_requests.Select(static request => RequestShape.Decoder(request.Computed + request.New, request.New))],
        QueryHeads = Heads,
        KeyValueHeads = KeyValueHeads,
        HeadSize = HeadSize,
        PageSize = PageSize,
        ElementType = ElementType.BFloat16,
        CacheLayout = layout,
    };

    private static void Run(CudaEngineBackend backend, PagedKeyValueCache cache, AttentionCase attentionCase, int[][] pages, Func<int, Tensor> memory)
    {
        Expectation expectation = Expectation.Create(attentionCase, cache.Options.Device);
        StepResult result = new PlacedStep(expectation.Inputs, pages).Run(backend, cache, memory);
        ReferenceStep.AssertPassed(expectation, result);
    }
}
