using AttentionGen.Metadata;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Metadata;

public sealed class ChunkedLocalBatchesTests
{
    // vLLM, tests/v1/attention/test_chunked_local_attention.py: test_data_list. Query lengths, sequence lengths, chunk size,
    // page size; then the virtual requests' query lengths, key lengths and pages.
    public static TheoryData<int[], int[], int, int, int[], int[], int[][]> Cases => new()
    {
        {
            [4, 10, 5], [6, 17, 9], 4, 2,
            [2, 2, 1, 4, 4, 1, 4, 1], [4, 2, 4, 4, 4, 1, 4, 1],
            [[0, 1], [2, 3], [11, 12], [13, 14], [15, 16], [17, 17], [20, 21], [22, 23]]
        },
        { [8], [12], 4, 2, [4, 4], [4, 4], [[2, 3], [4, 5]] },
        { [7], [10], 4, 2, [1, 4, 2], [4, 4, 2], [[0, 1], [2, 3], [4, 4]] },
        { [4], [6], 10, 2, [4], [6], [[0, 1, 2, 2, 2]] },
        { [6, 6], [8, 8], 4, 4, [2, 4, 2, 4], [4, 4, 4, 4], [[0], [1], [2], [3]] },
        { [1], [5], 4, 2, [1], [1], [[2, 2]] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Makes_the_virtual_requests_of_vLLM(
        int[] queryLens, int[] seqLens, int chunkSize, int pageSize, int[] localQueryLens, int[] localSeqLens, int[][] localPages)
    {
        AttentionBatch batch = BatchSpec.WithArangePages(queryLens, seqLens, pageSize);
        AttentionBatch local = ChunkedLocalBatches.Create(batch, chunkSize, pageSize);

        Assert.Equal(localQueryLens, BatchSpec.Differences(local.QueryStartLoc));
        Assert.Equal(localSeqLens, local.SeqLens.ToArray());
        Assert.Equal(localPages, local.BlockTable.ToArray().Chunk(local.MaxBlocks));
        Assert.Equal(batch.SlotMapping, local.SlotMapping);
        Assert.True(local.Causal);
    }

    // The same file: test_max_local_attention_virtual_batches_bounds_num_reqs.
    [Theory]
    [InlineData(new[] { 1000 }, new[] { 1000 }, 256, 1, 4)]
    [InlineData(new[] { 1000 }, new[] { 1255 }, 256, 1, 5)]
    [InlineData(new[] { 300, 700, 90 }, new[] { 300, 1400, 90 }, 128, 4, 10)]
    [InlineData(new[] { 64, 64 }, new[] { 64, 64 }, 256, 2, 2)]
    [InlineData(new[] { 1, 1, 1, 1 }, new[] { 16, 32, 48, 64 }, 16, 4, 4)]
    public void Bounds_the_number_of_virtual_requests(int[] queryLens, int[] seqLens, int chunkSize, int maxRequests, int expected)
    {
        AttentionBatch local = ChunkedLocalBatches.Create(BatchSpec.WithArangePages(queryLens, seqLens, 16), chunkSize, 16);
        int bound = ChunkedLocalBatches.MaxCount(chunkSize, maxRequests, queryLens.Sum());
        Assert.Equal(expected, local.RequestCount);
        Assert.InRange(local.RequestCount, 1, bound);
        Assert.InRange(local.SeqLens.ToArray().Sum(keys => (keys + 15) / 16), 1, bound * (chunkSize / 16));
    }

    [Fact]
    public void The_bound_is_reached_but_never_exceeded() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 8], Gen.Int[0, 40], Gen.Int[0, 20]).Sample((requests, chunkSize, more, context) =>
        {
            int[] worst = [.. Enumerable.Repeat(2, requests - 1), 2 + more];
            int[] keys = [.. worst.Select(queries => queries + chunkSize - 1)];
            int bound = ChunkedLocalBatches.MaxCount(chunkSize, requests, worst.Sum());
            Assert.Equal(bound, ChunkedLocalBatches.Count(BatchSpec.QueryStartLoc(worst), keys, chunkSize));
            Assert.InRange(ChunkedLocalBatches.Count(BatchSpec.QueryStartLoc(worst), [.. worst.Select(queries => queries + context)], chunkSize), 1, bound);
        });

    [Fact]
    public void Each_pair_of_query_and_key_of_local_attention_occurs_once() => Batches.Sample((requests, pages, pageSize) =>
    {
        int chunkSize = pages * pageSize;
        AttentionBatch batch = BatchSpec.WithArangePages([.. requests.Select(request => request.Queries)], [.. requests.Select(request => request.Queries + request.Context)], pageSize);
        AttentionBatch local = ChunkedLocalBatches.Create(batch, chunkSize, pageSize);
        local.Validate(Math.Max(1, batch.BlockTable.Length), pageSize);
        Assert.All(local.SeqLens.ToArray(), keys => Assert.InRange(keys, 1, chunkSize));

        Assert.Equal(PairsWithinChunks(batch, chunkSize, pageSize), Pairs(local, pageSize));
        Assert.True(local.RequestCount <= ChunkedLocalBatches.MaxCount(chunkSize, batch.RequestCount, batch.TokenCount));
    });

    [Fact]
    public void Requests_without_queries_have_no_virtual_request()
    {
        AttentionBatch local = ChunkedLocalBatches.Create(BatchSpec.WithArangePages([0, 3, 0], [9, 7, 0], 2), 4, 2);
        Assert.Equal([0, 3], local.QueryStartLoc.ToArray());
        Assert.Equal([3], local.SeqLens.ToArray());
        Assert.Equal([7, 8], local.BlockTable.ToArray());
        Assert.Equal(0, ChunkedLocalBatches.Create(BatchSpec.WithArangePages([], [], 2), 4, 2).RequestCount);
        Assert.Equal(0, ChunkedLocalBatches.MaxCount(4, 0, 0));
    }

    [Fact]
    public void Large_sequences_do_not_overflow()
    {
        const int Size = 1 << 30;
        int[] local = new int[3], lengths = new int[2], pages = new int[2];
        Assert.Equal(2, ChunkedLocalBatches.Fill([0, int.MaxValue], [int.MaxValue], [5, 6], 2, Size, Size, local, lengths, pages));
        Assert.Equal([0, Size, int.MaxValue], local);
        Assert.Equal([Size, Size - 1], lengths);
        Assert.Equal([5, 6], pages);
        Assert.Equal(int.MaxValue, ChunkedLocalBatches.MaxCount(1, int.MaxValue, int.MaxValue));
    }

    [Fact]
    public void Says_what_is_wrong()
    {
        AttentionBatch batch = BatchSpec.WithArangePages([4], [6], 2);
        Assert.Contains("divides the chunk size", Assert.Throws<ArgumentException>(() => ChunkedLocalBatches.Create(batch, 5, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("not causal", Assert.Throws<ArgumentException>(() => ChunkedLocalBatches.Create(batch with { Causal = false }, 4, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("4 queries and 3 keys", Assert.Throws<ArgumentException>(() => ChunkedLocalBatches.Create(batch with { SeqLens = new[] { 3 } }, 4, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("take 5 pages of 2 tokens", Assert.Throws<ArgumentException>(() => ChunkedLocalBatches.Create(batch with { SeqLens = new[] { 10 } }, 4, 2)).Message, StringComparison.Ordinal);
        Assert.Contains("2 virtual requests need 3", Assert.Throws<ArgumentException>(() => ChunkedLocalBatches.Fill([0, 4], [6], [0, 1, 2], 3, 4, 2, new int[2], new int[2], new int[4])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkedLocalBatches.Create(batch, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkedLocalBatches.Create(batch, 4, 0));
    }

    private static Gen<((int Queries, int Context)[], int, int)> Batches =>
        Gen.Select(Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20]).Array[0, 4], Gen.Int[1, 4], Gen.Int[1, 4]);

    /// <summary>Which query row sees which slot of the cache when each request attends causally.</summary>
    private static List<(int Row, int Slot)> Pairs(AttentionBatch batch, int pageSize)
    {
        List<(int, int)> pairs = [];
        ReadOnlySpan<int> starts = batch.QueryStartLoc.Span;
        for (int request = 0; request < batch.RequestCount; request++)
        {
            for (int row = starts[request]; row < starts[request + 1]; row++)
            {
                int own = batch.SeqLens.Span[request] - (starts[request + 1] - row);
                for (int key = 0; key <= own; key++)
                    pairs.Add((row, SlotOf(batch, request, key, pageSize)));
            }
        }

        return pairs;
    }

    /// <summary>The definition: a query sees the keys of its own chunk up to itself.</summary>
    private static List<(int Row, int Slot)> PairsWithinChunks(AttentionBatch batch, int chunkSize, int pageSize)
    {
        List<(int, int)> pairs = [];
        ReadOnlySpan<int> starts = batch.QueryStartLoc.Span;
        for (int request = 0; request < batch.RequestCount; request++)
        {
            for (int row = starts[request]; row < starts[request + 1]; row++)
            {
                int own = batch.SeqLens.Span[request] - (starts[request + 1] - row);
                for (int key = 0; key <= own; key++)
                {
                    if (key / chunkSize == own / chunkSize)
                        pairs.Add((row, SlotOf(batch, request, key, pageSize)));
                }
            }
        }

        return pairs;
    }

    private static int SlotOf(AttentionBatch batch, int request, int key, int pageSize) =>
        (batch.BlockTable.Span[(request * batch.MaxBlocks) + (key / pageSize)] * pageSize) + (key % pageSize);
}
