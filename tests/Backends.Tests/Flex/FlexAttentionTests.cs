using AttentionGen.Flex;
using AttentionGen.Tests.Attention;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Flex;

/// <summary>FLEX_ATTENTION against a float64 computation of the same formulas.</summary>
public sealed class FlexAttentionTests
{
    private static readonly CaseRequest[] s_mixed = [new(0, 45), new(130, 1), new(61, 7), new(0, 1), new(300, 130), new(17, 20)];

    public static TheoryData<string> Examples => [.. PublishedExample.All.Select(static example => example.Name)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void A_published_example_matches_its_formula(string name)
    {
        PublishedExample example = PublishedExample.Named(name);
        AssertClose(new FlexCase { Requests = s_mixed, Score = example.Score, Mask = example.Mask, Formula = example.Formula });
    }

    [Theory]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float16)]
    public void Sixteen_bit_types_match(ElementType type)
    {
        foreach (string name in (string[])["sliding window", "ALiBi", "documents", "soft cap, ALiBi and window"])
        {
            PublishedExample example = PublishedExample.Named(name);
            AssertClose(new FlexCase { Requests = s_mixed, Score = example.Score, Mask = example.Mask, Formula = example.Formula, ElementType = type });
        }
    }

    [Theory]
    [InlineData(8, 8, 64, null, 16)]
    [InlineData(8, 1, 16, 24, 1)]
    [InlineData(6, 2, 40, null, 128)]
    public void Every_shape_matches(int queryHeads, int keyValueHeads, int headSize, int? valueHeadSize, int pageSize)
    {
        PublishedExample example = PublishedExample.Named("soft cap, ALiBi and window");
        AssertClose(new FlexCase
        {
            Requests = s_mixed, Score = example.Score, Mask = example.Mask, Formula = example.Formula,
            QueryHeads = queryHeads, KeyValueHeads = keyValueHeads, HeadSize = headSize, ValueHeadSize = valueHeadSize, PageSize = pageSize,
        });
    }

    [Fact]
    public void Causality_and_the_window_are_anded_with_the_mask() => AssertClose(new FlexCase
    {
        Requests = s_mixed,
        Mask = static at => at.Key % 3 != 0,
        Formula = static (score, _, _, _, key) => key % 3 != 0 ? score : double.NegativeInfinity,
        Causal = true,
        SlidingWindow = 70,
    });

    [Fact]
    public void The_function_sees_scores_after_the_options_soft_cap_and_bias() => AssertClose(new FlexCase
    {
        Requests = s_mixed,
        Score = static (score, _) => Symbolic.Abs(score + 0.25f),
        Formula = static (score, _, _, _, _) => Math.Abs(score + 0.25),
        SoftCap = 1.5f,
        AlibiSlopes = [0.0625f, 0.03125f, 0.015625f, 0.0078125f, 0, -0.0078125f, -0.015625f, 0.25f],
    });

    [Fact]
    public void Sinks_join_the_softmax_after_the_function() => AssertClose(new FlexCase
    {
        Requests = s_mixed,
        Score = static (score, _) => score - 1,
        Mask = static at => at.Query - at.Key < 30,
        Formula = static (score, _, _, query, key) => query - key < 30 ? score - 1 : double.NegativeInfinity,
        Sinks = [0, 1, -2, 3, float.NegativeInfinity, 5, 0.5f, -0.5f],
        Causal = true,
    });

    [Fact]
    public void An_encoder_without_a_cache_matches()
    {
        PublishedExample example = PublishedExample.Named("documents");
        AssertClose(new FlexCase
        {
            Requests = [new(0, 90), new(0, 33), new(0, 1)], Mask = example.Mask, Formula = example.Formula, Type = AttentionTypes.EncoderOnly,
        });
    }

    [Fact]
    public void Without_functions_it_is_plain_attention() =>
        AssertClose(new FlexCase { Requests = s_mixed, Formula = static (score, _, _, _, _) => score, Causal = true });

    [Fact]
    public void Decodes_of_many_lengths_match()
    {
        PublishedExample example = PublishedExample.Named("soft cap, ALiBi and window");
        AssertClose(new FlexCase
        {
            Requests = [new(700, 1), new(3, 1), new(650, 1), new(90, 1), new(0, 1), new(100, 1)],
            Score = example.Score, Mask = example.Mask, Formula = example.Formula, Causal = true,
        });
    }

    [Fact]
    public void Random_functions_match_the_interpreter() => Gen.Select(RandomFunction.Choices, RandomFunction.Choices, Gen.Bool).Sample(
        static (scoreChoices, maskChoices, causal) =>
        {
            (ScoreFunction score, MaskFunction mask) = (RandomFunction.Score(scoreChoices), RandomFunction.Mask(maskChoices));
            AssertClose(
                new FlexCase
                {
                    Requests = [new(0, 9), new(150, 1), new(40, 6)], QueryHeads = 4, HeadSize = 16, Score = score, Mask = mask, Causal = causal,
                    Formula = (given, request, head, query, key) => ScalarInterpreter.Apply(score, mask, given, request, head, 2, query, key),
                },
                5e-3);
        },
        iter: 12);

    [Fact]
    public void A_window_at_long_context_skips_what_it_hides()
    {
        Assert.SkipUnless(TestDevice.Current.Kind == DeviceKind.Cpu, "The CPU engine counts blocks.");
        BlockCounts? counts = null;
        using PagedAttentionBackend backend = TestBackends.Create(Backend.FlexAttention);

        double error = new FlexCase
        {
            Requests = [new(8000, 192)], QueryHeads = 2, KeyValueHeads = 1, HeadSize = 16, Causal = true,
            Mask = static at => at.Query - at.Key < 256,
            Formula = static (score, _, _, query, key) => query - key < 256 ? score : double.NegativeInfinity,
        }.Run(backend, layer => counts = ((FlexCpuLayer)layer).Transform.Counts);

        Assert.InRange(error, 0, 2e-5);
        double skipped = (double)counts!.Empty / (counts.Empty + counts.Partial + counts.Full);
        Assert.InRange(skipped, 0.9, 0.99);
    }

    [Fact]
    public void A_window_at_long_context_is_not_gathered_where_it_hides()
    {
        BlockCounts? counts = null;
        using TensorFlexBackend backend = new();

        double error = new FlexCase
        {
            Requests = [new(8000, 192), new(4000, 1)], QueryHeads = 2, KeyValueHeads = 1, HeadSize = 16, Causal = true,
            Mask = static at => at.Query - at.Key < 256,
            Formula = static (score, _, _, query, key) => query - key < 256 ? score : double.NegativeInfinity,
        }.Run(backend, layer => counts = ((FlexTensorLayer)layer).Counts);

        Assert.InRange(error, 0, TestDevice.Current.Kind == DeviceKind.Cuda ? 2e-3 : 2e-5);
        Assert.InRange((double)counts!.Empty / (counts.Empty + counts.Partial + counts.Full), 0.9, 0.99);
    }

    [Fact]
    public void A_causal_mask_in_a_batch_that_is_not_causal_skips_half()
    {
        Assert.SkipUnless(TestDevice.Current.Kind == DeviceKind.Cpu, "The CPU engine counts blocks.");
        BlockCounts? counts = null;
        using PagedAttentionBackend backend = TestBackends.Create(Backend.FlexAttention);

        new FlexCase
        {
            Requests = [new(0, 2048)], QueryHeads = 1, KeyValueHeads = 1, HeadSize = 8,
            Mask = static at => at.Query >= at.Key,
            Formula = static (score, _, _, query, key) => query >= key ? score : double.NegativeInfinity,
        }.Run(backend, layer => counts = ((FlexCpuLayer)layer).Transform.Counts);

        double all = counts!.Empty + counts.Partial + counts.Full;
        Assert.InRange(counts.Empty / all, 0.4, 0.5);
        Assert.InRange(counts.Full / all, 0.4, 0.5);
    }

    [Fact]
    public void A_layer_whose_table_is_too_short_is_refused()
    {
        FloatTable slopes = new(1, 2);
        using PagedAttentionBackend backend = TestBackends.Create(Backend.FlexAttention);
        FlexCase flexCase = new() { Requests = s_mixed, Score = (score, at) => score + slopes[at.Head], Formula = static (score, _, _, _, _) => score };

        Assert.Contains("8 query heads", Assert.Throws<ArgumentException>(() => flexCase.Run(backend)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_that_reaches_past_a_table_is_refused()
    {
        IntTable documents = new(new int[429]);
        using PagedAttentionBackend backend = TestBackends.Create(Backend.FlexAttention);
        FlexCase flexCase = new() { Requests = s_mixed, Mask = at => documents[at.Key] == 0, Formula = static (score, _, _, _, _) => score };

        Assert.Contains("a request of 430 keys", Assert.Throws<ArgumentException>(() => flexCase.Run(backend)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_backend_refuses_functions()
    {
        using PagedAttentionBackend backend = TestBackends.Create(Backend.TorchSdpa);
        AttentionLayerOptions options = new FlexCase { Requests = [], Mask = static at => at.Query >= at.Key, Formula = static (score, _, _, _, _) => score }.Options;

        Assert.Contains("ScoreFunctions", Assert.Throws<AttentionNotSupportedException>(() => backend.CreateLayer(options)).Message, StringComparison.Ordinal);
    }

    /// <summary>Runs a case by the backend for the device, and by the one for CUDA, wherever it runs.</summary>
    private static void AssertClose(FlexCase flexCase, double? given = null)
    {
        using PagedAttentionBackend backend = TestBackends.Create(Backend.FlexAttention);
        using TensorFlexBackend tensorBackend = new();
        double tolerance = given ?? flexCase.ElementType switch
        {
            ElementType.BFloat16 => 1.6e-2,
            ElementType.Float16 => 2e-3,
            _ => TestDevice.Current.Kind == DeviceKind.Cuda ? 2e-3 : 2e-5,
        };
        foreach (PagedAttentionBackend each in (PagedAttentionBackend[])[backend, tensorBackend])
        {
            double error = flexCase.Run(each);
            Assert.True(error <= tolerance, $"{each.GetType().Name}: {error} for {flexCase}");
        }
    }
}
