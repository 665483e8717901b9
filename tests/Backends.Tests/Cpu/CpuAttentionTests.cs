using AttentionGen.Cpu;
using AttentionGen.Tests.Attention;
using Xunit;

namespace AttentionGen.Tests.Cpu;

/// <summary>The CPU engine against the float64 definition, in every vector width of this machine.</summary>
public sealed class CpuAttentionTests
{
    private static readonly Dictionary<string, CaseRequest[]> s_batches = new()
    {
        ["mixed_small"] = AttentionCase.Batch([32, 40, 48, 56], [1, 1, 5, 5]),
        ["medium_decode"] = AttentionCase.Batch([128, 257, 512, 513], [1, 1, 1, 1]),
        ["mixed_medium"] = AttentionCase.Batch([512, 64, 140], [1, 7, 5]),
        ["long_decode"] = AttentionCase.Batch([1300], [1]),
        ["single_prefill"] = AttentionCase.Batch([600], [30]),
        ["whole_prefill"] = AttentionCase.Batch([5, 1, 133], [5, 1, 133]),
        ["first_token"] = AttentionCase.Batch([1], [1]),
        ["no_query"] = AttentionCase.Batch([20, 12, 7], [1, 0, 7]),
        ["uneven_decode"] = AttentionCase.Batch([530, 3, 90, 1], [1, 1, 1, 1]),
    };

    internal static IEnumerable<SimdWidth> Widths => KernelSelection.SupportedWidths;

    public static TheoryData<string, string> Batches()
    {
        TheoryData<string, string> data = [];
        foreach (string batch in s_batches.Keys)
        {
            foreach (SimdWidth width in Widths)
                data.Add(batch, width.ToString());
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void MatchesTheDefinition(string batch, string width)
    {
        AssertClose(new AttentionCase { Requests = s_batches[batch], LogSumExp = true }, width);
        AssertClose(new AttentionCase { Requests = s_batches[batch], ElementType = ElementType.BFloat16 }, width);
        AssertClose(new AttentionCase { Requests = s_batches[batch], ElementType = ElementType.Float16 }, width);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void ReadsEveryLayoutOfTheCache(string batch, string width)
    {
        foreach (KeyValueCacheLayout layout in (KeyValueCacheLayout[])[KeyValueCacheLayout.SplitNhd, KeyValueCacheLayout.PagedNhd, KeyValueCacheLayout.PagedHnd])
            AssertClose(new AttentionCase { Requests = s_batches[batch], HeadSize = 24, ElementType = ElementType.BFloat16 }, width, layout);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void HonoursASlidingWindow(string batch, string width)
    {
        AssertClose(new AttentionCase { Requests = s_batches[batch], SlidingWindow = 9, LogSumExp = true }, width);
        AssertClose(new AttentionCase { Requests = s_batches[batch], SlidingWindow = 600, HeadSize = 16 }, width);
        AssertClose(new AttentionCase { Requests = s_batches[batch], SlidingWindow = 9, Causal = false, LogSumExp = true }, width);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void AttendsToLaterPositionsWhenNotCausal(string batch, string width) =>
        AssertClose(new AttentionCase { Requests = s_batches[batch], Causal = false, LogSumExp = true, Strided = true }, width);

    [Theory]
    [MemberData(nameof(Batches))]
    public void CapsScores(string batch, string width) =>
        AssertClose(new AttentionCase { Requests = s_batches[batch], SoftCap = 1.5f, Scale = 0.4f, LogSumExp = true }, width);

    [Theory]
    [MemberData(nameof(Batches))]
    public void AddsBiasesByDistance(string batch, string width)
    {
        AssertClose(new AttentionCase { Requests = s_batches[batch], Alibi = true, LogSumExp = true, Strided = true }, width);
        AssertClose(new AttentionCase { Requests = s_batches[batch], Alibi = true, Causal = false, SoftCap = 3, SlidingWindow = 40 }, width);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void TakesSinksIntoTheSum(string batch, string width) =>
        AssertClose(new AttentionCase { Requests = s_batches[batch], Sinks = true, LogSumExp = true }, width);

    [Theory]
    [MemberData(nameof(Batches))]
    public void AttendsOverAnEightBitCache(string batch, string width)
    {
        AssertClose(new AttentionCase { Requests = s_batches[batch], CacheElementType = ElementType.Float8E4M3, KeyScale = 0.25f, ValueScale = 0.5f, LogSumExp = true }, width);
        AssertClose(new AttentionCase { Requests = s_batches[batch], ElementType = ElementType.BFloat16, CacheElementType = ElementType.Float8E4M3, ValueScale = 0.003f }, width);
        AssertClose(new AttentionCase { Requests = s_batches[batch], ElementType = ElementType.Float16, CacheElementType = ElementType.Float8E4M3, HeadSize = 20 }, width);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void FollowsTheBranchesOfTrees(string batch, string width)
    {
        CaseRequest[] requests = [.. s_batches[batch].Select(static request => request with { New = Math.Min(request.New * 9, 64) })];
        AssertClose(new AttentionCase { Requests = requests, Tree = true, LogSumExp = true }, width);
        AssertClose(new AttentionCase { Requests = requests, Tree = true, Alibi = true, SlidingWindow = 5 }, width);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void AttendsToOperandsWithoutACache(string batch, string width)
    {
        CaseRequest[] requests = [.. s_batches[batch].Select(static request => new CaseRequest(0, Math.Min(200, request.Computed + request.New)))];
        AssertClose(new AttentionCase { Requests = requests, Type = AttentionTypes.EncoderOnly, Causal = false, LogSumExp = true, Strided = true }, width);
        AssertClose(new AttentionCase { Requests = requests, Type = AttentionTypes.Encoder, Causal = false, ElementType = ElementType.BFloat16, SlidingWindow = 30 }, width);
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void AttendsAcrossToKeysOfAnotherSequence(string batch, string width)
    {
        CaseRequest[] requests = [.. s_batches[batch], new CaseRequest(0, 3), new CaseRequest(2, 9)];
        AssertClose(new AttentionCase { Requests = requests, Type = AttentionTypes.CrossAttention, Causal = false, LogSumExp = true }, width);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(1008)]
    public void SharesAPrefix(int prefix)
    {
        foreach (SimdWidth width in Widths)
        {
            CaseRequest[] requests = [.. s_batches["uneven_decode"].Concat(s_batches["mixed_small"]).Select(request => request with { Computed = request.Computed + prefix })];
            AssertClose(new AttentionCase { Requests = requests, CommonPrefix = prefix, LogSumExp = true }, width.ToString());
            AssertClose(new AttentionCase { Requests = requests, CommonPrefix = prefix, SlidingWindow = 70, QueryHeads = 4 }, width.ToString());
            AssertClose(new AttentionCase { Requests = requests, CommonPrefix = prefix, Alibi = true, Sinks = true, SoftCap = 4, QueryHeads = 6 }, width.ToString());
        }
    }

    [Theory]
    [InlineData(8, 8, 64, null, 16)]
    [InlineData(8, 1, 64, null, 16)]
    [InlineData(6, 2, 80, 48, 16)]
    [InlineData(4, 2, 128, null, 1)]
    [InlineData(4, 4, 40, 72, 256)]
    [InlineData(32, 8, 16, null, 8)]
    [InlineData(14, 2, 1, 1, 5)]
    [InlineData(5, 1, 7, 3, 3)]
    [InlineData(16, 1, 192, 128, 32)]
    [InlineData(3, 1, 256, 256, 64)]
    [InlineData(13, 13, 33, 65, 128)]
    public void ServesEveryHeadAndPageSize(int queryHeads, int keyValueHeads, int headSize, int? valueHeadSize, int pageSize)
    {
        foreach (SimdWidth width in Widths)
        {
            foreach (string batch in (string[])["mixed_small", "whole_prefill", "uneven_decode"])
            {
                foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.BFloat16, ElementType.Float16])
                {
                    AssertClose(
                        new AttentionCase
                        {
                            Requests = s_batches[batch],
                            ElementType = type,
                            QueryHeads = queryHeads,
                            KeyValueHeads = keyValueHeads,
                            HeadSize = headSize,
                            ValueHeadSize = valueHeadSize,
                            PageSize = pageSize,
                            LogSumExp = true,
                        },
                        width.ToString());
                }
            }
        }
    }

    [Fact]
    public void RandomStepsMatchTheDefinition()
    {
        Random random = new(11);
        for (int round = 0; round < 120; round++)
        {
            bool isTree = random.Next(5) == 0;
            bool causal = isTree || random.Next(3) > 0;
            int keyValueHeads = random.Next(1, 4);
            ElementType type = (ElementType[])[ElementType.Float32, ElementType.BFloat16, ElementType.Float16] is var types ? types[random.Next(3)] : default;
            CaseRequest[] requests = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => new CaseRequest(
                random.Next(4) == 0 ? random.Next(0, 1400) : random.Next(0, 90), random.Next(2) == 0 ? random.Next(0, isTree ? 65 : 40) : 1))];
            AttentionCase attentionCase = new()
            {
                Requests = requests,
                ElementType = type,
                CacheElementType = random.Next(4) == 0 ? ElementType.Float8E4M3 : null,
                PageSize = random.Next(1, 40),
                KeyValueHeads = keyValueHeads,
                QueryHeads = keyValueHeads * random.Next(1, 10),
                HeadSize = random.Next(1, 70),
                ValueHeadSize = random.Next(2) == 0 ? random.Next(1, 70) : null,
                Causal = causal,
                Tree = isTree,
                Type = !causal && random.Next(2) == 0 ? AttentionTypes.EncoderOnly : AttentionTypes.Decoder,
                SlidingWindow = random.Next(3) == 0 ? random.Next(1, 200) : null,
                SoftCap = random.Next(3) == 0 ? 2 : null,
                Alibi = random.Next(3) == 0,
                Sinks = random.Next(3) == 0,
                Strided = random.Next(2) == 0,
                LogSumExp = random.Next(2) == 0,
                Seed = round,
            };
            if (attentionCase.Type == AttentionTypes.EncoderOnly)
                attentionCase = attentionCase with { CacheElementType = null, Requests = [.. requests.Select(static request => request with { Computed = 0 })] };
            SimdWidth[] widths = [.. Widths];
            AssertClose(attentionCase, widths[round % widths.Length].ToString(), (KeyValueCacheLayout)random.Next(3));
        }
    }

    private static void AssertClose(AttentionCase attentionCase, string width, KeyValueCacheLayout layout = KeyValueCacheLayout.PagedHnd)
    {
        using CpuEngineBackend backend = new(layout, Enum.Parse<SimdWidth>(width));
        CaseResult result = attentionCase.Run(backend);
        double tolerance = attentionCase.ElementType switch
        {
            ElementType.BFloat16 => 9e-3,
            ElementType.Float16 => 1.2e-3,
            _ => 5e-6,
        };
        Assert.True(result.OutputError <= tolerance, $"{width} {layout} {attentionCase}: output off by {result.OutputError}");
        Assert.True(result.LogSumExpError <= 2e-5, $"{width} {layout} {attentionCase}: log-sum-exp off by {result.LogSumExpError}");
    }
}
