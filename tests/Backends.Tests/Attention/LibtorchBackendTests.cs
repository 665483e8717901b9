using Xunit;

namespace AttentionGen.Tests.Attention;

/// <summary>
/// The backends on libtorch's operators against the float64 definition, feature by feature. What a backend does not declare
/// for the device is skipped, by the contract's own word.
/// </summary>
public sealed class LibtorchBackendTests
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
        ["long_chunk"] = AttentionCase.Batch([300], [150]),
        ["whole_prefill"] = AttentionCase.Batch([5, 1, 37, 16], [5, 1, 37, 16]),
        ["first_token"] = AttentionCase.Batch([1], [1]),
        ["decode_after_prefill"] = AttentionCase.Batch([17, 20, 9, 33], [17, 1, 3, 1]),
        ["no_query"] = AttentionCase.Batch([20, 12, 7], [1, 0, 7]),
        ["uneven_decode"] = AttentionCase.Batch([700, 3, 650, 90, 1, 100], [1, 1, 1, 1, 1, 1]),
        ["uneven_small"] = AttentionCase.Batch([170, 3, 155, 30, 1, 40], [1, 1, 1, 1, 1, 2]),
    };

    private static readonly string[] s_featureBatches = ["mixed_small", "decode_after_prefill", "no_query", "whole_prefill", "uneven_small"];

    private static readonly Dictionary<string, AttentionCase> s_features = Named(
    [
        new() { Requests = [], LogSumExp = true },
        new() { Requests = [], Scale = 0.5f, LogSumExp = true },
        new() { Requests = [], Strided = true },
        new() { Requests = [], Strided = true, LogSumExp = true, QueryHeads = 4, KeyValueHeads = 4 },
        new() { Requests = [], HeadSize = 128, QueryHeads = 6, KeyValueHeads = 1 },
        new() { Requests = [], HeadSize = 40, PageSize = 1, LogSumExp = true },
        new() { Requests = [], HeadSize = 8, PageSize = 64 },
        new() { Requests = [], HeadSize = 192, QueryHeads = 3, KeyValueHeads = 1, SlidingWindow = 20 },
        new() { Requests = [], HeadSize = 256, QueryHeads = 2, KeyValueHeads = 2, LogSumExp = true },
        new() { Requests = [], HeadSize = 320, QueryHeads = 2, KeyValueHeads = 1 },
        new() { Requests = [], SlidingWindow = 1 },
        new() { Requests = [], SlidingWindow = 9 },
        new() { Requests = [], SlidingWindow = 9, LogSumExp = true },
        new() { Requests = [], Causal = false },
        new() { Requests = [], Causal = false, LogSumExp = true },
        new() { Requests = [], Causal = false, SlidingWindow = 4, LogSumExp = true },
        new() { Requests = [], Alibi = true },
        new() { Requests = [], Alibi = true, LogSumExp = true },
        new() { Requests = [], Alibi = true, SlidingWindow = 7 },
        new() { Requests = [], Alibi = true, Causal = false, LogSumExp = true },
        new() { Requests = [], Alibi = true, Sinks = true, QueryHeads = 2, KeyValueHeads = 2 },
        new() { Requests = [], Sinks = true },
        new() { Requests = [], Sinks = true, LogSumExp = true, SlidingWindow = 12 },
        new() { Requests = [], Sinks = true, Causal = false },
        new() { Requests = [], SoftCap = 1.5f },
        new() { Requests = [], SoftCap = 1.5f, LogSumExp = true, SlidingWindow = 9, Alibi = true },
        new() { Requests = [], ValueHeadSize = 32 },
        new() { Requests = [], ValueHeadSize = 100, LogSumExp = true, Sinks = true },
        new() { Requests = [], ValueHeadSize = 20, Alibi = true },
        new() { Requests = [], CacheElementType = ElementType.Float8E4M3 },
        new() { Requests = [], CacheElementType = ElementType.Float8E4M3, KeyScale = 0.25f, ValueScale = 0.5f, LogSumExp = true },
        new() { Requests = [], CacheElementType = ElementType.Float8E4M3, ValueScale = 0.003f, Sinks = true, SlidingWindow = 30 },
        new() { Requests = [], Type = AttentionTypes.Encoder, Causal = false, Strided = true },
        new() { Requests = [], Type = AttentionTypes.EncoderOnly, Causal = false, LogSumExp = true },
        new() { Requests = [], Type = AttentionTypes.EncoderOnly, Causal = false, SlidingWindow = 4, Sinks = true },
        new() { Requests = [], Type = AttentionTypes.Encoder, Causal = false, Alibi = true },
        new() { Requests = [], Type = AttentionTypes.CrossAttention, Causal = false },
        new() { Requests = [], Type = AttentionTypes.CrossAttention, Causal = false, LogSumExp = true, Sinks = true },
        new() { Requests = [], Tree = true },
        new() { Requests = [], Tree = true, LogSumExp = true },
        new() { Requests = [], Tree = true, SlidingWindow = 3 },
        new() { Requests = [], Tree = true, Alibi = true, LogSumExp = true },
        new() { Requests = [], Tree = true, SoftCap = 2, Sinks = true },
        new() { Requests = [], Tree = true, CacheElementType = ElementType.Float8E4M3, KeyScale = 0.25f },
        new() { Requests = [], CommonPrefix = 48 },
        new() { Requests = [], CommonPrefix = 48, LogSumExp = true, Sinks = true },
        new() { Requests = [], CommonPrefix = 64, SlidingWindow = 70, LogSumExp = true },
        new() { Requests = [], CommonPrefix = 32, Alibi = true },
        new() { Requests = [], CommonPrefix = 32, Causal = false, CacheElementType = ElementType.Float8E4M3, ValueScale = 2 },
    ]);

    public static TheoryData<string, string, ElementType> BackendsBatchesAndTypes()
    {
        TheoryData<string, string, ElementType> data = [];
        foreach (string backend in TestBackends.OnLibtorch)
        {
            foreach (string batch in s_batches.Keys)
            {
                foreach (ElementType type in (ElementType[])[ElementType.Float32, ElementType.BFloat16, ElementType.Float16])
                    data.Add(backend, batch, type);
            }
        }

        return data;
    }

    public static TheoryData<string, string> BackendsAndFeatures()
    {
        TheoryData<string, string> data = [];
        foreach (string backend in TestBackends.OnLibtorch)
        {
            foreach (string feature in s_features.Keys)
                data.Add(backend, feature);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BackendsBatchesAndTypes))]
    public void Matches_the_definition(string backend, string batch, ElementType type) =>
        RunDeclared(backend, [new AttentionCase { Requests = s_batches[batch], ElementType = type }]);

    [Theory]
    [MemberData(nameof(BackendsAndFeatures))]
    public void Serves_what_it_declares(string backend, string feature)
    {
        List<AttentionCase> cases = [];
        foreach (string batch in s_featureBatches)
        {
            AttentionCase plain = s_features[feature] with { Requests = RequestsFor(s_features[feature], s_batches[batch]) };
            cases.Add(plain);
            cases.Add(plain with { ElementType = ElementType.BFloat16 });
        }

        RunDeclared(backend, cases);
    }

    [Theory]
    [MemberData(nameof(TestBackends.OnLibtorchData), MemberType = typeof(TestBackends))]
    public void Serves_random_batches(string backend)
    {
        Random random = new(11);
        List<AttentionCase> cases = [];
        for (int round = 0; round < 30; round++)
        {
            int groups = random.Next(1, 4);
            cases.Add(new AttentionCase
            {
                Requests = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => new CaseRequest(random.Next(0, 90), random.Next(3) == 0 ? random.Next(1, 80) : 1))],
                ElementType = round % 2 == 0 ? ElementType.Float32 : ElementType.BFloat16,
                PageSize = 1 << random.Next(0, 7),
                KeyValueHeads = groups,
                QueryHeads = groups * random.Next(1, 5),
                HeadSize = 8 * random.Next(1, 17),
                SlidingWindow = random.Next(2) == 0 ? random.Next(1, 60) : null,
                Alibi = random.Next(3) == 0,
                Sinks = random.Next(3) == 0,
                LogSumExp = random.Next(2) == 0,
                Strided = random.Next(4) == 0,
                Seed = round,
            });
        }

        RunDeclared(backend, cases);
    }

    private static Dictionary<string, AttentionCase> Named(AttentionCase[] cases) => cases.ToDictionary(Describe);

    private static string Describe(AttentionCase attentionCase)
    {
        AttentionCase plain = new() { Requests = [] };
        List<string> words = [];
        void Add<T>(string name, T value, T ordinary)
        {
            if (!EqualityComparer<T>.Default.Equals(value, ordinary))
                words.Add(value is true ? name : $"{name} {value}");
        }

        Add("heads", attentionCase.QueryHeads, plain.QueryHeads);
        Add("KV heads", attentionCase.KeyValueHeads, plain.KeyValueHeads);
        Add("size", attentionCase.HeadSize, plain.HeadSize);
        Add("value size", attentionCase.ValueHeadSize, null);
        Add("page", attentionCase.PageSize, plain.PageSize);
        Add("cache", attentionCase.CacheElementType, null);
        Add("key scale", attentionCase.KeyScale, 1);
        Add("value scale", attentionCase.ValueScale, 1);
        Add("type", attentionCase.Type, AttentionTypes.Decoder);
        Add("causal", attentionCase.Causal, true);
        Add("window", attentionCase.SlidingWindow, null);
        Add("soft cap", attentionCase.SoftCap, null);
        Add("ALiBi", attentionCase.Alibi, false);
        Add("sinks", attentionCase.Sinks, false);
        Add("tree", attentionCase.Tree, false);
        Add("prefix", attentionCase.CommonPrefix, 0);
        Add("strided", attentionCase.Strided, false);
        Add("scale", attentionCase.Scale, null);
        Add("log-sum-exp", attentionCase.LogSumExp, false);
        return string.Join(", ", words);
    }

    private static CaseRequest[] RequestsFor(AttentionCase feature, CaseRequest[] requests) => feature switch
    {
        { Tree: true } => [.. requests.Select(static request => request with { New = Math.Min(request.New * 7, 64) })],
        { CommonPrefix: > 0 and var prefix } => [.. requests.Select(request => request with { Computed = request.Computed + prefix })],

        // An encoder's tokens are all new.
        { Type: AttentionTypes.Encoder or AttentionTypes.EncoderOnly } => [.. requests.Select(static request => new CaseRequest(0, Math.Min(request.Computed + request.New, 90)))],

        // They may be fewer than the decoder's queries, and none at all.
        { Type: AttentionTypes.CrossAttention } => [.. requests, new CaseRequest(0, 3), new CaseRequest(2, 9)],
        _ => requests,
    };

    private static void RunDeclared(string name, IReadOnlyList<AttentionCase> cases)
    {
        using PagedAttentionBackend backend = TestBackends.CreateOnLibtorch(name);
        int ran = 0;
        string refusal = "";
        foreach (AttentionCase attentionCase in cases)
        {
            CaseResult result;
            try
            {
                result = attentionCase.Run(backend);
            }
            catch (AttentionNotSupportedException error)
            {
                refusal = error.Message;
                continue;
            }

            ran++;
            double tolerance = attentionCase.ElementType switch
            {
                ElementType.BFloat16 => 2e-2,
                ElementType.Float16 => 3e-3,
                _ => TestDevice.Current.Kind == DeviceKind.Cuda ? 3e-3 : 3e-5,
            };
            Assert.True(result.OutputError <= tolerance * Math.Max(1, attentionCase.ValueScale), $"{attentionCase}: output off by {result.OutputError}");
            Assert.True(result.LogSumExpError <= tolerance, $"{attentionCase}: log-sum-exp off by {result.LogSumExpError}");
        }

        Assert.SkipWhen(ran == 0, $"Not declared: {refusal}");
    }
}
