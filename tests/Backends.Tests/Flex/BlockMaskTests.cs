using AttentionGen.Flex;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Flex;

/// <summary>Block masks say exactly what the mask says.</summary>
public sealed class BlockMaskTests
{
    public static TheoryData<string> Masks => [.. PublishedExample.All.Where(static example => example.Mask is not null && example.Score is null).Select(static example => example.Name)];

    [Theory]
    [MemberData(nameof(Masks))]
    public void A_published_mask_has_exact_blocks(string name)
    {
        PublishedExample example = PublishedExample.Named(name);
        AssertExact(
            example.Mask!,
            new BlockMaskShape { Requests = 2, QueryHeads = 8, KeyValueHeads = 2, Queries = 150, Keys = 200, QueryBlockSize = 32, KeyBlockSize = 48 },
            (request, head, query, key) => !double.IsNegativeInfinity(example.Formula(0, request, head, query, key)));
    }

    [Fact]
    public void A_random_mask_has_exact_blocks() => RandomFunction.Choices.Sample(
        static choices =>
        {
            MaskFunction mask = RandomFunction.Mask(choices);
            AssertExact(
                mask,
                new BlockMaskShape { Requests = 2, QueryHeads = 4, KeyValueHeads = 2, Queries = 70, Keys = 100, QueryBlockSize = 32, KeyBlockSize = 32 },
                (request, head, query, key) => new ScalarInterpreter(0, request, head, head / 2, query, key).Condition(mask(ScorePosition.Symbols).Node));
        },
        iter: 40);

    [Fact]
    public void Ranges_contain_what_random_functions_give() => Gen.Select(RandomFunction.Choices, Gen.Int[0, 500], Gen.Int[0, 60], Gen.Int[0, 500], Gen.Int[0, 60]).Sample(
        static (choices, firstQuery, queries, firstKey, keys) =>
        {
            FunctionGraph graph = FunctionGraph.Trace(RandomFunction.Score(choices), null);
            if (graph.ScoreRoot < 0)
                return;
            ScoreRegion region = new()
            {
                Request = 1, FirstHead = 2, LastHead = 3, HeadsPerKeyValueHead = 2, FirstQuery = firstQuery, LastQuery = firstQuery + queries, FirstKey = firstKey, LastKey = firstKey + keys,
            };
            ValueRange range = RangeAnalysis.Compute(graph, graph.NeededBy(graph.ScoreRoot), graph.ScoreRoot, region, new ValueRange[graph.Instructions.Length]);
            ScoreFunction score = RandomFunction.Score(choices);
            for (int head = 2; head < 4; head++)
            {
                for (int query = firstQuery; query <= firstQuery + queries; query += 7)
                {
                    for (int key = firstKey; key <= firstKey + keys; key += 5)
                    {
                        double value = ScalarInterpreter.Apply(score, null, -1.5, 1, head, 2, query, key);
                        Assert.True(value >= range.Low - 1e-3 && value <= range.High + 1e-3, $"{value} is not in {range}.");
                    }
                }
            }
        },
        iter: 150);

    [Fact]
    public void Interval_arithmetic_decides_plain_masks_alone()
    {
        MaskFunction[] masks =
        [
            static at => at.Query >= at.Key,
            static at => (at.Query >= at.Key) & (at.Query - at.Key < 256),
            static at => (at.Key < 100) | (at.Query >= at.Key),
        ];
        foreach (MaskFunction mask in masks)
        {
            FunctionGraph graph = FunctionGraph.Trace(null, mask);
            using BlockClassifier classifier = new(graph, 1);
            int cut = 0;
            for (int query = 0; query < 4096; query += 64)
            {
                for (int key = 0; key < 4096; key += 64)
                {
                    MaskBlock block = classifier.Classify(new ScoreRegion
                    {
                        Request = 0, FirstHead = 0, LastHead = 0, HeadsPerKeyValueHead = 1, FirstQuery = query, LastQuery = query + 63, FirstKey = key, LastKey = key + 63,
                    });
                    cut += block == MaskBlock.Partial ? 1 : 0;
                }
            }

            Assert.Equal(cut, classifier.DenseEvaluations);
            Assert.InRange(cut, 1, 64 * 3);
        }
    }

    [Fact]
    public void A_score_function_that_hides_keys_is_a_mask_too()
    {
        FunctionGraph graph = FunctionGraph.Trace(static (score, at) => Symbolic.Where(at.Query >= at.Key, score * 2, float.NegativeInfinity), null);
        using BlockClassifier classifier = new(graph, 1);
        ScoreRegion region = new() { Request = 0, FirstHead = 0, LastHead = 0, HeadsPerKeyValueHead = 1, FirstQuery = 0, LastQuery = 63, FirstKey = 64, LastKey = 127 };

        Assert.Equal(MaskBlock.Empty, classifier.Classify(region));
        Assert.Equal(MaskBlock.Full, classifier.Classify(region with { FirstKey = 0, LastKey = 63 }));
    }

    [Fact]
    public void The_sparsity_is_the_fraction_of_empty_blocks()
    {
        // 8 blocks of 128 each way: 28 of 64 lie above the diagonal.
        BlockMask causal = BlockMask.Create(static at => at.Query >= at.Key, new BlockMaskShape { Queries = 1024, Keys = 1024 });

        Assert.Equal(28.0 / 64, causal.Sparsity);
    }

    [Fact]
    public void A_causal_batch_is_anded()
    {
        BlockMask mask = BlockMask.Create(static at => at.Key < 128, new BlockMaskShape { Queries = 512, Keys = 512, Causal = true });

        Assert.Equal([MaskBlock.Partial, MaskBlock.Full, MaskBlock.Full, MaskBlock.Full], Enumerable.Range(0, 4).Select(row => mask[0, 0, row, 0]));
        Assert.Equal(0.75, mask.Sparsity);
    }

    [Fact]
    public void The_queries_are_the_last_positions()
    {
        BlockMask mask = BlockMask.Create(static at => at.Query - at.Key < 128, new BlockMaskShape { Queries = 1, Keys = 1024 });

        Assert.Equal(1, mask.QueryBlocks);
        Assert.Equal(7.0 / 8, mask.Sparsity);
        Assert.Equal(MaskBlock.Full, mask[0, 0, 0, 7]);
    }

    [Fact]
    public void Its_text_is_a_picture()
    {
        BlockMask mask = BlockMask.Create(static at => at.Query >= at.Key, new BlockMaskShape { Queries = 512, Keys = 512 });

        Assert.Equal(
            """
            BlockMask(shape=(1, 1, 512, 512), sparsity=37.50%,
            (request 0, head 0)
            ░░
            ██░░
            ████░░
            ██████░░
            )
            """,
            mask.ToString());
    }

    [Fact]
    public void A_large_picture_is_scaled_down_and_cut_off()
    {
        string text = BlockMask.Create(static at => at.Query >= at.Key, new BlockMaskShape { Requests = 3, QueryHeads = 2, Queries = 5120, Keys = 5120 }).ToString();

        Assert.Equal(1 + (4 * 21) + 1, text.Split('\n').Length);
        Assert.EndsWith("\n...)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("(request 2", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_that_contradicts_itself_is_refused()
    {
        MaskFunction mask = static at => at.Query >= at.Key;
        BlockMaskShape shape = new() { Queries = 4, Keys = 4 };

        Assert.Contains("QueryBlockSize is 0", Assert.Throws<ArgumentException>(() => BlockMask.Create(mask, shape with { QueryBlockSize = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("5 queries and 4 keys", Assert.Throws<ArgumentException>(() => BlockMask.Create(mask, shape with { Queries = 5 })).Message, StringComparison.Ordinal);
        Assert.Contains("3 query heads and 2 KV heads", Assert.Throws<ArgumentException>(() => BlockMask.Create(mask, shape with { QueryHeads = 3, KeyValueHeads = 2 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BlockMask.Create(mask, shape)[0, 0, 1, 0]);
    }

    private static void AssertExact(MaskFunction mask, BlockMaskShape shape, Func<int, int, int, int, bool> sees)
    {
        BlockMask blocks = BlockMask.Create(mask, shape);
        int offset = shape.Keys - shape.Queries;
        for (int request = 0; request < shape.Requests; request++)
        {
            for (int head = 0; head < shape.QueryHeads; head++)
            {
                for (int row = 0; row < blocks.QueryBlocks; row++)
                {
                    for (int column = 0; column < blocks.KeyBlocks; column++)
                    {
                        int seen = 0, all = 0;
                        for (int query = row * shape.QueryBlockSize; query < Math.Min((row + 1) * shape.QueryBlockSize, shape.Queries); query++)
                        {
                            for (int key = column * shape.KeyBlockSize; key < Math.Min((column + 1) * shape.KeyBlockSize, shape.Keys); key++, all++)
                                seen += sees(request, head, offset + query, key) ? 1 : 0;
                        }

                        MaskBlock expected = seen == 0 ? MaskBlock.Empty : seen == all ? MaskBlock.Full : MaskBlock.Partial;
                        Assert.True(expected == blocks[request, head, row, column], $"Block ({request}, {head}, {row}, {column}) is {blocks[request, head, row, column]}, not {expected}: {mask(ScorePosition.Symbols)}");
                    }
                }
            }
        }
    }
}
