using AttentionGen.Metadata;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Metadata;

public sealed class SlotMappingTests
{
    // vLLM: test_compute_slot_mappings_applies_padding_mask.
    [Fact]
    public void Marks_padding()
    {
        long[] slots = new long[8];
        SlotMapping.Fill([0, 3, 5], [0, -1, 2, 0, -1], [2, 3], 1, 16, slots);
        Assert.Equal([32, -1, 34, 48, -1, -1, -1, -1], slots);
    }

    // vllm-ascend: test_compute_slot_mapping_kernel, of pages of 4 tokens; expected values worked out by hand. With two ranks
    // and runs of two, rank 1 stores positions 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23 as its tokens 0, 1, 2, ...
    [Theory]
    [InlineData(
        new[] { 0, 10, 17 }, new[] { 0, 1, 3, 4, 7, 8, 11, 12, 15, 16, 2, 5, 6, 9, 10, 13, 14 }, 0, 1, 1,
        new long[] { 20, 21, 23, 28, 31, 44, 47, 52, 55, 68, 126, 149, 150, 165, 166, 173, 174 })]
    [InlineData(
        new[] { 0, 12, 22 }, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 23 }, 1, 2, 2,
        new long[] { -1, -1, 20, 21, -1, -1, 22, 23, -1, -1, 28, 29, -1, -1, 150, 151, -1, -1, 164, 165, 166, 167 })]
    public void Maps_positions_through_the_block_table(int[] queryStartLoc, int[] positions, int rank, int worldSize, int interleave, long[] expected)
    {
        int[] blockTable = [5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61];
        long[] slots = new long[32];
        SlotMapping.Fill(queryStartLoc, positions, blockTable, 8, 4, new DecodeContextParallel(rank, worldSize, interleave), slots);
        Assert.Equal(expected, slots[..expected.Length]);
        Assert.All(slots[expected.Length..], slot => Assert.Equal(SlotMapping.Padding, slot));
    }

    // vllm-ascend: the third case of the same test, where the cache allocates 128 tokens at once and the kernel's pages hold 32.
    [Fact]
    public void Kernel_pages_may_be_smaller_than_what_the_cache_allocates()
    {
        int[] positions = [.. Enumerable.Range(0, 8).SelectMany(run => Enumerable.Range(64 * run, 4))];
        int[] blockTable = [5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61];
        long[] slots = new long[32];
        SlotMapping.Fill([0, 16, 32], positions, blockTable, 8, 32, new DecodeContextParallel(0, 2, 2), slots);

        // Of every four positions rank 0 stores two: position 64 r is its token 32 r, the first of page r of the request.
        long[] pages = [5, 7, 11, 13, 47, 53, 59, 61];
        Assert.Equal(pages.SelectMany(page => new[] { 32 * page, (32 * page) + 1, -1, -1 }), slots);
    }

    [Fact]
    public void Agrees_with_the_batch_builder() =>
        Gen.Select(Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9]).Array[0, 5], Gen.Int[1, 5]).Sample((requests, pageSize) =>
        {
            AttentionBatchBuilder builder = new(pageSize);
            List<int> positions = [];
            int page = 100;
            foreach ((int computed, int added) in requests)
            {
                builder.Add(computed, added, Enumerable.Range(0, 20).Select(_ => page -= 3).Select(number => number + 400).ToArray());
                positions.AddRange(Enumerable.Range(computed, added));
            }

            AttentionBatch batch = builder.Build();
            long[] slots = new long[batch.TokenCount];
            SlotMapping.Fill(batch.QueryStartLoc.Span, [.. positions], batch.BlockTable.Span, batch.MaxBlocks, pageSize, slots);
            Assert.Equal(batch.SlotMapping.ToArray(), slots);
        });

    [Fact]
    public void Each_rank_gives_slots_to_as_many_tokens_as_it_stores_and_each_token_has_one_rank() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[1, 6]).Sample((length, worldSize, interleave, pageSize) =>
        {
            int[] owners = new int[length];
            int[] pages = [.. Enumerable.Range(0, 60).Select(block => 1000 - (7 * block))];
            for (int rank = 0; rank < worldSize; rank++)
            {
                DecodeContextParallel parallel = new(rank, worldSize, interleave);
                long[] slots = new long[length];
                SlotMapping.Fill([0, length], [.. Enumerable.Range(0, length)], pages, pages.Length, pageSize, parallel, slots);

                long[] stored = [.. slots.Where(slot => slot >= 0)];
                Assert.Equal(parallel.LocalLength(length), stored.Length);
                Assert.Equal(Enumerable.Range(0, stored.Length).Select(i => ((long)pages[i / pageSize] * pageSize) + (i % pageSize)), stored);
                for (int token = 0; token < length; token++)
                    owners[token] += slots[token] >= 0 ? 1 : 0;
            }

            Assert.All(owners, count => Assert.Equal(1, count));
        });

    [Fact]
    public void Slots_beyond_32_bits_are_right()
    {
        long[] slots = new long[1];
        SlotMapping.Fill([0, 1], [255], [int.MaxValue], 1, 256, slots);
        Assert.Equal(((long)int.MaxValue * 256) + 255, slots[0]);
    }

    [Fact]
    public void Says_what_is_wrong()
    {
        long[] slots = new long[4];
        Assert.Contains("token at position 9, in its page 2", Assert.Throws<ArgumentException>(() => SlotMapping.Fill([0, 1], [9], [3, 4], 2, 4, slots)).Message, StringComparison.Ordinal);
        Assert.Contains("block table says -1", Assert.Throws<ArgumentException>(() => SlotMapping.Fill([0, 1], [5], [3, -1], 2, 4, slots)).Message, StringComparison.Ordinal);
        Assert.Contains("positions has 1 entries", Assert.Throws<ArgumentException>(() => SlotMapping.Fill([0, 2], [1], [3, 4], 2, 4, slots)).Message, StringComparison.Ordinal);
        Assert.Contains("blockTable has 2 entries", Assert.Throws<ArgumentException>(() => SlotMapping.Fill([0, 1, 2], [1, 1], [3, 4], 2, 4, slots)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 5", Assert.Throws<ArgumentException>(() => SlotMapping.Fill([0, 5], [0, 1, 2, 3, 4], [3, 4], 2, 4, slots)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => SlotMapping.Fill([0, 1], [0], [3], 1, 0, slots));
    }
}
