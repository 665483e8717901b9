using AttentionGen.Metadata;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Metadata;

public sealed class CommonPrefixTests
{
    // The example in vLLM, vllm/v1/worker/gpu_model_runner.py: _compute_cascade_attn_prefix_len. Requests ABC|DEX, ABCD|EY and
    // ABC|D (cached | new) with pages of one token: the last shares only four.
    [Theory]
    [InlineData(2, 5, 3)]
    [InlineData(3, 4, 3)]
    public void A_cascade_ends_before_the_first_query(int requests, int pages, int length)
    {
        AttentionBatch batch = Batch(
            pageSize: 1, [.. new (int, int, int[])[] { (3, 3, [1, 2, 3, 4, 5, 24]), (4, 2, [1, 2, 3, 4, 5, 25]), (3, 1, [1, 2, 3, 4]) }.Take(requests)]);
        Assert.Equal(pages, CommonPrefix.CountPages(batch, 1));
        Assert.Equal(length, CommonPrefix.CascadeLength(batch, 1));
    }

    [Fact]
    public void Counts_the_leading_pages_that_all_share()
    {
        AttentionBatch batch = Batch(4, (9, 1, [7, 8, 1]), (11, 1, [7, 8, 2]), (8, 4, [7, 8, 3]));
        Assert.Equal(2, CommonPrefix.CountPages(batch, 4));
        Assert.Equal(8, CommonPrefix.CascadeLength(batch, 4));
        Assert.Equal(0, CommonPrefix.CountPages(Batch(4, (4, 1, [7, 1]), (4, 1, [8, 1])), 4));
    }

    [Fact]
    public void Entries_past_a_requests_last_page_do_not_count()
    {
        AttentionBatch batch = Batch(4, (3, 1, [7, 8]), (7, 1, [7, 8])) with { BlockTable = new[] { 7, 8, 7, 8 } };
        Assert.Equal(1, CommonPrefix.CountPages(batch, 4));
        Assert.Equal(0, CommonPrefix.CascadeLength(batch, 4));
    }

    [Fact]
    public void Requests_without_queries_take_no_part()
    {
        AttentionBatch batch = Batch(4, (8, 1, [7, 8, 1]), (0, 0, []), (8, 2, [7, 8, 2]));
        Assert.Equal(8, CommonPrefix.CascadeLength(batch, 4));
        Assert.Equal(0, CommonPrefix.CascadeLength(Batch(4, (8, 0, [7, 8])), 4));
        Assert.Equal(0, CommonPrefix.CountPages(Batch(4), 4));
    }

    [Fact]
    public void A_cascade_is_as_long_as_it_may_be() =>
        Gen.Select(Gen.Select(Gen.Int[0, 20], Gen.Int[1, 9], Gen.Int[0, 8]).Array[1, 5], Gen.Int[1, 4]).Sample((requests, pageSize) =>
        {
            AttentionBatch batch = Batch(pageSize, [.. requests.Select((request, i) => (request.Item1, request.Item2, Pages(request.Item3, i)))]);
            int length = CommonPrefix.CascadeLength(batch, pageSize);
            Assert.True(MayCascade(length));
            Assert.False(MayCascade(length + pageSize));

            bool MayCascade(int tokens) =>
                requests.All(request => tokens <= request.Item1)
                && (requests.Length == 1 || requests.All(request => tokens / pageSize <= request.Item3));

            static int[] Pages(int shared, int request) => [.. Enumerable.Range(0, 30).Select(block => block < shared ? block : (100 * (request + 1)) + block)];
        });

    [Fact]
    public void Says_what_is_wrong()
    {
        AttentionBatch batch = Batch(4, (3, 1, [7]));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommonPrefix.CountPages(batch, 0));
        Assert.Contains("BlockTable has 1 entries", Assert.Throws<ArgumentException>(() => CommonPrefix.CountPages(batch with { MaxBlocks = 2 }, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("1 queries and 0 keys", Assert.Throws<ArgumentException>(() => CommonPrefix.CascadeLength(batch with { SeqLens = new[] { 0 } }, 4)).Message, StringComparison.Ordinal);
        Assert.Contains("-1 keys", Assert.Throws<ArgumentException>(() => CommonPrefix.CountPages(batch with { SeqLens = new[] { -1 } }, 4)).Message, StringComparison.Ordinal);
    }

    private static AttentionBatch Batch(int pageSize, params (int Computed, int New, int[] Pages)[] requests)
    {
        AttentionBatchBuilder builder = new(pageSize);
        foreach ((int computed, int added, int[] pages) in requests)
            builder.Add(computed, added, pages);
        return builder.Build();
    }
}
