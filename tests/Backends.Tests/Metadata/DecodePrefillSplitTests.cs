using AttentionGen.Metadata;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Metadata;

public sealed class DecodePrefillSplitTests
{
    // vLLM, tests/v1/attention/test_attention_splitting.py: test_split_decodes_and_prefills_*.
    [Theory]
    [InlineData(new[] { 1, 1, 1 }, 1, false, 3, 0, 3, 0)]
    [InlineData(new[] { 1, 2, 1, 3, 2, 1, 2 }, 3, false, 7, 0, 12, 0)]
    [InlineData(new[] { 4, 5, 6, 7 }, 3, false, 0, 4, 0, 22)]
    [InlineData(new[] { 2, 1, 3, 4, 5, 6, 7, 8 }, 4, false, 4, 4, 10, 26)]
    [InlineData(new[] { 1, 1, 1 }, 1, true, 3, 0, 3, 0)]
    [InlineData(new[] { 2, 2, 1, 3, 2, 1, 2 }, 3, true, 2, 5, 4, 9)]
    [InlineData(new[] { 4, 5, 6, 7 }, 3, true, 0, 4, 0, 22)]
    [InlineData(new[] { 2, 2, 2, 4, 5, 6, 7, 8 }, 4, true, 3, 5, 6, 30)]
    [InlineData(new[] { 2, 1, 2, 4, 5, 6, 7, 8 }, 4, true, 1, 7, 2, 33)]
    public void Splits_as_vLLM(int[] queryLens, int threshold, bool uniform, int decodes, int prefills, int decodeTokens, int prefillTokens) =>
        Assert.Equal(
            new DecodePrefillSplit(decodes, prefills, decodeTokens, prefillTokens),
            DecodePrefillSplit.Create(BatchSpec.QueryStartLoc(queryLens), threshold, uniform));

    // The same file: test_split_decodes_and_prefills_uniform_padded_batch_all_same.
    [Fact]
    public void Padding_of_a_captured_graph_counts_as_decodes() =>
        Assert.Equal(
            new DecodePrefillSplit(4, 0, 8, 0),
            DecodePrefillSplit.Create(BatchSpec.QueryStartLoc(2, 2, 2, 0), decodeThreshold: 3, requireUniform: true, tokenCount: 8));

    // The same file: test_split_decodes_and_prefills_uniform_shortAsDecodesextend.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_shortAsDecodesextend_can_be_a_prefill(bool uniform) =>
        Assert.Equal(
            new DecodePrefillSplit(1, 1, 1, 1),
            DecodePrefillSplit.Create(
                BatchSpec.QueryStartLoc(1, 1), 1, uniform, treatShortExtendsAsDecodes: false, isPrefilling: [false, true]));

    [Theory]
    [InlineData(new[] { 0, 1, 1 }, 1, true, 3)]
    [InlineData(new[] { 0, 2, 2 }, 3, true, 1)]
    [InlineData(new[] { 0, 2, 2 }, 3, false, 3)]
    [InlineData(new[] { 1, 0, 1, 5 }, 1, true, 1)]
    [InlineData(new[] { 2, 1, 2 }, 2, true, 1)]
    [InlineData(new[] { 2, 0, 2 }, 2, true, 3)]
    public void Ends_the_decodes_by_the_rule(int[] queryLens, int threshold, bool uniform, int decodes) =>
        Assert.Equal(decodes, DecodePrefillSplit.Create(BatchSpec.QueryStartLoc(queryLens), threshold, uniform).Decodes);

    [Fact]
    public void An_empty_batch_has_neither() => Assert.Equal(default, DecodePrefillSplit.Create([0]));

    [Fact]
    public void Counts_add_up_and_no_decode_exceeds_the_threshold() =>
        Gen.Select(Gen.Int[0, 4].Array[0, 8], Gen.Int[0, 4], Gen.Bool, Gen.Bool).Sample((queryLens, threshold, uniform, shortAsDecodes) =>
        {
            bool[] prefilling = [.. queryLens.Select((length, i) => (length + i) % 3 == 0)];
            DecodePrefillSplit split = DecodePrefillSplit.Create(BatchSpec.QueryStartLoc(queryLens), threshold, uniform, shortAsDecodes, prefilling);
            Assert.Equal(queryLens.Length, split.Decodes + split.Prefills);
            Assert.Equal(queryLens.Take(split.Decodes).Sum(), split.DecodeTokens);
            Assert.Equal(queryLens.Skip(split.Decodes).Sum(), split.PrefillTokens);
            Assert.All(queryLens.Take(split.Decodes), length => Assert.True(length <= threshold));
            if (uniform && threshold > 1)
                Assert.True(queryLens.Take(split.Decodes).Where(length => length > 0).Distinct().Count() <= 1);
            if (!shortAsDecodes)
                Assert.DoesNotContain(true, prefilling.Take(split.Decodes));

            // What stops the decodes, if anything does, is the first prefill.
            if (split.Prefills > 0)
            {
                int next = queryLens[split.Decodes];
                Assert.True(next > threshold || (uniform && next != queryLens[0]) || (!shortAsDecodes && prefilling[split.Decodes]));
            }
        }, iter: 5000);

    [Fact]
    public void Says_what_is_wrong()
    {
        Assert.Contains("begins with 1", Assert.Throws<ArgumentException>(() => DecodePrefillSplit.Create([1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("falls from 3 to 2 at request 1", Assert.Throws<ArgumentException>(() => DecodePrefillSplit.Create([0, 3, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("B + 1 entries", Assert.Throws<ArgumentException>(() => DecodePrefillSplit.Create([])).Message, StringComparison.Ordinal);
        Assert.Contains("each of the 1 requests", Assert.Throws<ArgumentException>(() => DecodePrefillSplit.Create([0, 1], treatShortExtendsAsDecodes: false)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => DecodePrefillSplit.Create([0, 4], tokenCount: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => DecodePrefillSplit.Create([0, 4], decodeThreshold: -1));
    }
}
