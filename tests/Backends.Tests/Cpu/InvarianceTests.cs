using AttentionGen.Cpu;
using AttentionGen.Tests.Attention;
using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Cpu;

/// <summary>A row's bits depend on its own query and keys alone.</summary>
public sealed class InvarianceTests
{
    private const int QueryHeads = 8, KeyValueHeads = 2, HeadSize = 40, Pages = 400, PageSize = 8;

    [Fact]
    public void OtherRequestsPagesThreadsAndChunkingDoNotChangeABit()
    {
        int threads = get_num_threads();
        try
        {
            foreach (SimdWidth width in KernelSelection.SupportedWidths)
            {
                float[] alone = Run(width, threads: 1, seed: 1, [new CaseRequest(1200, 5)]);
                Assert.DoesNotContain(float.NaN, alone);
                Assert.Equal(alone, Run(width, threads: 1, seed: 1, [new CaseRequest(1200, 5)]));
                Assert.Equal(alone, Run(width, threads: 3, seed: 1, [new CaseRequest(1200, 5)]));
                Assert.Equal(alone, Run(width, threads: 2, seed: 2, [new CaseRequest(1200, 5)]));
                Assert.Equal(alone, Run(width, threads: 2, seed: 3, [new CaseRequest(1200, 5), new CaseRequest(300, 1), new CaseRequest(0, 40)]));
                Assert.Equal(alone, Run(width, threads: 2, seed: 4, [new CaseRequest(1200, 5), new CaseRequest(1024, 1), new CaseRequest(1090, 2)], prefix: 1024));

                // The last token of a prefill is the token that a decode step computes.
                float[] prefilled = Run(width, threads: 2, seed: 5, [new CaseRequest(1140, 65)]);
                Assert.Equal(alone[^(QueryHeads * HeadSize)..], prefilled[^(QueryHeads * HeadSize)..]);
            }
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void HiddenNumbersThatAreNotFiniteChangeNoBit()
    {
        foreach (SimdWidth width in KernelSelection.SupportedWidths)
        {
            float[] clean = Run(width, threads: 1, seed: 1, [new CaseRequest(100, 30)]);
            float[] poisoned = Run(width, threads: 1, seed: 1, [new CaseRequest(100, 30)], poisonLast: true);
            Assert.Equal(clean[..^(QueryHeads * HeadSize)], poisoned[..^(QueryHeads * HeadSize)]);
            Assert.All(poisoned[^(QueryHeads * HeadSize)..], static x => Assert.True(float.IsNaN(x)));
        }
    }

    /// <summary>The output of the first request, whose numbers depend on its positions alone.</summary>
    private static float[] Run(SimdWidth width, int threads, int seed, CaseRequest[] requests, int prefix = 0, bool poisonLast = false)
    {
        using var scope = NewDisposeScope();
        set_num_threads(threads);
        using CpuEngineBackend backend = new(width: width);
        KeyValueCacheOptions options = new()
        {
            Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, Layers = 1, Pages = Pages, PageSize = PageSize, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize,
        };
        using PagedKeyValueCache cache = backend.CreateCache(options);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = options, QueryHeads = QueryHeads });
        using AttentionLayer layer = backend.CreateLayer(new AttentionLayerOptions
        {
            Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, QueryHeads = QueryHeads, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize, Cascade = prefix > 0,
        });

        int[] shuffled = [.. Enumerable.Range(0, Pages)];
        new Random(seed).Shuffle(shuffled);
        AttentionBatchBuilder builder = new(PageSize);
        int next = prefix / PageSize;
        List<Tensor> queries = [], newKeys = [], newValues = [];
        foreach (CaseRequest request in requests)
        {
            int length = request.Computed + request.New, own = ((length + PageSize - 1) / PageSize) - (prefix / PageSize);
            int[] pages = [.. shuffled[..(prefix / PageSize)], .. shuffled[next..(next += own)]];
            builder.Add(request.Computed, request.New, pages);
            (Tensor query, Tensor keys, Tensor values) = (Numbers(7, length, QueryHeads), Numbers(8, length, KeyValueHeads), Numbers(9, length, KeyValueHeads));
            if (poisonLast)
            {
                keys[length - 1] = float.NaN;
                values[length - 1] = float.PositiveInfinity;
            }

            queries.Add(query.narrow(0, request.Computed, request.New));
            newKeys.Add(keys.narrow(0, request.Computed, request.New));
            newValues.Add(values.narrow(0, request.Computed, request.New));
            for (int token = 0; token < request.Computed; token++)
            {
                cache[0].KeyTensor[pages[token / PageSize], token % PageSize] = keys[token];
                cache[0].ValueTensor[pages[token / PageSize], token % PageSize] = values[token];
            }
        }

        plan.Update(builder.Build(commonPrefixLength: prefix));
        Tensor all = cat([.. queries]);
        Tensor output = full_like(all, float.NaN);
        layer.Forward(all, cat([.. newKeys]), cat([.. newValues]), cache[0], plan, output);
        return output.narrow(0, 0, requests[0].New).contiguous().data<float>().ToArray();
    }

    /// <summary>Numbers that a position has in every request.</summary>
    private static Tensor Numbers(int seed, int length, int heads)
    {
        Random random = new(seed);
        float[] numbers = new float[length * heads * HeadSize];
        foreach (ref float number in numbers.AsSpan())
            number = (random.NextSingle() * 4) - 2;
        return tensor(numbers).view(length, heads, HeadSize);
    }
}
