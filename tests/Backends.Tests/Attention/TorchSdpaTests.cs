using Xunit;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Attention;

/// <summary>TORCH_SDPA against the float64 definition, over vLLM's named batches and the awkward ones.</summary>
public sealed class TorchSdpaTests
{
    private static readonly Dictionary<string, CaseRequest[]> s_batches = new()
    {
        ["small_decode"] = AttentionCase.Batch([32, 40], [1, 1]),
        ["small_prefill"] = AttentionCase.Batch([32, 40], [8, 8]),
        ["mixed_small"] = AttentionCase.Batch([32, 40, 48, 56], [1, 1, 5, 5]),
        ["medium_decode"] = AttentionCase.Batch([128, 256, 512, 1024, 128, 256, 512, 1024], [1, 1, 1, 1, 1, 1, 1, 1]),
        ["medium_prefill"] = AttentionCase.Batch([256, 512], [16, 16]),
        ["mixed_medium"] = AttentionCase.Batch([512, 1024, 64, 512, 256, 128], [1, 1, 1, 7, 7, 7]),
        ["single_decode"] = AttentionCase.Batch([1024], [1]),
        ["single_prefill"] = AttentionCase.Batch([1024], [64]),
        ["whole_prefill"] = AttentionCase.Batch([5, 1, 37, 16], [5, 1, 37, 16]),
        ["first_token"] = AttentionCase.Batch([1], [1]),
        ["decode_after_prefill"] = AttentionCase.Batch([17, 20, 9, 33], [17, 1, 3, 1]),
        ["no_query"] = AttentionCase.Batch([20, 12, 7], [1, 0, 7]),
        ["uneven_decode"] = AttentionCase.Batch([700, 3, 650, 90, 1, 100], [1, 1, 1, 1, 1, 1]),
    };

    public static TheoryData<string, ElementType> BatchesAndTypes()
    {
        TheoryData<string, ElementType> data = [];
        foreach (string batch in s_batches.Keys)
        {
            data.Add(batch, ElementType.Float32);
            data.Add(batch, ElementType.BFloat16);
            data.Add(batch, ElementType.Float16);
        }

        return data;
    }

    public static TheoryData<string> Batches() => [.. s_batches.Keys];

    [Theory]
    [MemberData(nameof(BatchesAndTypes))]
    public void MatchesTheDefinition(string batch, ElementType type) =>
        AssertClose(new AttentionCase { Requests = s_batches[batch], ElementType = type });

    [Theory]
    [MemberData(nameof(Batches))]
    public void ReturnsLogSumExps(string batch) =>
        AssertClose(new AttentionCase { Requests = s_batches[batch], LogSumExp = true });

    [Theory]
    [MemberData(nameof(Batches))]
    public void HonoursASlidingWindow(string batch) =>
        AssertClose(new AttentionCase { Requests = s_batches[batch], SlidingWindow = 9, LogSumExp = batch.Length % 2 == 0 });

    [Theory]
    [MemberData(nameof(Batches))]
    public void AttendsToLaterPositionsWhenNotCausal(string batch) =>
        AssertClose(new AttentionCase { Requests = s_batches[batch], Causal = false });

    [Theory]
    [InlineData(8, 8, 64, 16)]
    [InlineData(8, 1, 64, 16)]
    [InlineData(6, 2, 80, 16)]
    [InlineData(4, 2, 128, 1)]
    [InlineData(4, 4, 40, 256)]
    [InlineData(32, 8, 16, 8)]
    public void ServesEveryHeadAndPageSize(int queryHeads, int keyValueHeads, int headSize, int pageSize)
    {
        foreach (string batch in (string[])["mixed_small", "decode_after_prefill"])
        {
            AssertClose(new AttentionCase
            {
                Requests = s_batches[batch],
                QueryHeads = queryHeads,
                KeyValueHeads = keyValueHeads,
                HeadSize = headSize,
                PageSize = pageSize,
            });
        }
    }

    [Fact]
    public void HonoursTheScale() =>
        AssertClose(new AttentionCase { Requests = s_batches["mixed_small"], Scale = 0.5f, LogSumExp = true });

    [Fact]
    public void GivesZeroAndMinusInfinityForRowsWithoutKeys()
    {
        using var scope = NewDisposeScope();
        KeyValueCacheOptions options = new()
        {
            Device = TestDevice.Current, ElementType = ElementType.Float32, Layers = 1, Pages = 2, KeyValueHeads = 1, HeadSize = 8,
        };
        using PagedAttentionBackend backend = TestBackends.Create(Backend.TorchSdpa);
        using PagedKeyValueCache cache = backend.CreateCache(options);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = options, QueryHeads = 2 });
        using AttentionLayer layer = backend.CreateLayer(new AttentionLayerOptions
        {
            Device = TestDevice.Current, ElementType = ElementType.Float32, QueryHeads = 2, KeyValueHeads = 1, HeadSize = 8, NonCausal = true, LogSumExp = true,
        });

        // Two queries of a request without a key, and one of a request with four; nothing new is stored.
        plan.Update(new AttentionBatch
        {
            QueryStartLoc = new[] { 0, 2, 3 }, SeqLens = new[] { 0, 4 }, BlockTable = new[] { -1, 1 }, MaxBlocks = 1, SlotMapping = default, Causal = false,
        });
        Tensor output = full(3, 2, 8, float.NaN, device: TestDevice.Current.ToTorch());
        Tensor logSumExp = full(2, 3, float.NaN, device: TestDevice.Current.ToTorch());
        layer.Forward(ones(3, 2, 8, device: TestDevice.Current.ToTorch()), default, default, cache[0], plan, output, logSumExp);

        Assert.Equal(new float[48], output.cpu().data<float>().ToArray());
        float[] expected = [float.NegativeInfinity, float.NegativeInfinity, MathF.Log(4)];
        Assert.Equal([.. expected, .. expected], logSumExp.cpu().data<float>().ToArray(), static (x, y) => x == y || MathF.Abs(x - y) < 1e-5f);
    }

    [Fact]
    public void RandomBatchesMatchTheDefinition()
    {
        Random random = new(7);
        for (int round = 0; round < 40; round++)
        {
            CaseRequest[] requests = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => new CaseRequest(random.Next(0, 90), random.Next(3) == 0 ? random.Next(1, 30) : 1))];
            AssertClose(new AttentionCase
            {
                Requests = requests,
                PageSize = 1 << random.Next(0, 7),
                KeyValueHeads = 2,
                QueryHeads = 2 * random.Next(1, 5),
                HeadSize = 8 * random.Next(1, 9),
                SlidingWindow = random.Next(2) == 0 ? random.Next(1, 60) : null,
                LogSumExp = random.Next(2) == 0,
                Seed = round,
            });
        }
    }

    private static CaseResult AssertClose(AttentionCase attentionCase)
    {
        using PagedAttentionBackend backend = TestBackends.Create(Backend.TorchSdpa);
        CaseResult result = attentionCase.Run(backend);
        double tolerance = attentionCase.ElementType switch
        {
            ElementType.BFloat16 => 1.6e-2,
            ElementType.Float16 => 2e-3,
            _ => TestDevice.Current.Kind == DeviceKind.Cuda ? 2e-3 : 2e-5,
        };
        Assert.True(result.OutputError <= tolerance, $"{attentionCase}: output off by {result.OutputError}");
        Assert.True(result.LogSumExpError <= tolerance, $"{attentionCase}: log-sum-exp off by {result.LogSumExpError}");
        return result;
    }
}
