using AttentionGen.Metadata;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Metadata;

public sealed class DecodeContextParallelTests
{
    private static readonly int[] Lengths =
        [.. Enumerable.Range(0, 33), 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513];

    public static MatrixTheoryData<int, int> Layouts { get; } = new([1, 2, 3, 4], [1, 2, 4, 64]);

    // vLLM: test_get_dcp_local_seq_lens_matches_naive, whose definition counts the positions of a rank one by one.
    [Theory]
    [MemberData(nameof(Layouts))]
    public void Local_lengths_count_the_positions_of_the_rank(int worldSize, int interleave)
    {
        for (int rank = 0; rank < worldSize; rank++)
        {
            int[] local = new int[Lengths.Length];
            new DecodeContextParallel(rank, worldSize, interleave).LocalLengths(Lengths, local);
            Assert.Equal(Lengths.Select(length => Enumerable.Range(0, length).Count(position => position / interleave % worldSize == rank)), local);
        }
    }

    // vLLM, tests/v1/attention/test_dcp_sparse_indexer.py: test_dcp_prefill_visible_lengths_use_global_positions; and
    // test_get_dcp_local_seq_lens_must_run_after_decode_expansion.
    [Theory]
    [InlineData(0, 2, 2, new[] { 1, 2, 3, 4 }, new[] { 1, 2, 2, 2 })]
    [InlineData(1, 2, 2, new[] { 1, 2, 3, 4 }, new[] { 0, 0, 1, 2 })]
    [InlineData(1, 2, 1, new[] { 8, 9, 10 }, new[] { 4, 4, 5 })]
    public void Local_lengths_are_those_of_vLLM(int rank, int worldSize, int interleave, int[] seqLens, int[] expected)
    {
        int[] local = new int[seqLens.Length];
        new DecodeContextParallel(rank, worldSize, interleave).LocalLengths(seqLens, local);
        Assert.Equal(expected, local);
    }

    // vllm-ascend: test_get_dcp_local_seq_lens_interleaves_kv_across_ranks, and test_get_dcp_local_seq_lens of TestCommonCP.
    [Theory]
    [InlineData(1, 1, new[] { 1, 0 })]
    [InlineData(2, 1, new[] { 1, 1 })]
    [InlineData(129, 1, new[] { 65, 64 })]
    [InlineData(257, 1, new[] { 129, 128 })]
    [InlineData(2, 128, new[] { 2, 0 })]
    [InlineData(128, 128, new[] { 128, 0 })]
    [InlineData(129, 128, new[] { 128, 1 })]
    [InlineData(256, 128, new[] { 128, 128 })]
    [InlineData(257, 128, new[] { 129, 128 })]
    [InlineData(129, 128, new[] { 128, 1, 0, 0 })]
    [InlineData(257, 128, new[] { 128, 128, 1, 0 })]
    [InlineData(5, 4, new[] { 4, 1 })]
    [InlineData(8, 4, new[] { 4, 4 })]
    [InlineData(9, 4, new[] { 5, 4 })]
    public void Local_lengths_of_all_ranks(int length, int interleave, int[] expected) =>
        Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(rank => new DecodeContextParallel(rank, expected.Length, interleave).LocalLength(length)));

    // vLLM, tests/v1/attention/test_dcp_sparse_indexer.py: test_position_roundtrip.
    [Theory]
    [MemberData(nameof(Layouts))]
    public void Local_positions_number_a_ranks_tokens_without_gaps(int worldSize, int interleave)
    {
        for (int rank = 0; rank < worldSize; rank++)
        {
            DecodeContextParallel parallel = new(rank, worldSize, interleave);
            int[] own = [.. Enumerable.Range(0, 3 * interleave * worldSize).Where(position => position / interleave % worldSize == rank)];
            Assert.Equal(Enumerable.Range(0, own.Length), own.Select(parallel.LocalPosition));
            Assert.All(Enumerable.Range(0, 3 * interleave * worldSize).Except(own), position => Assert.Equal(-1, parallel.LocalPosition(position)));
        }
    }

    [Fact]
    public void Local_lengths_of_the_ranks_add_up() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 64], Gen.Int[1, int.MaxValue]).Sample((length, worldSize, interleave) =>
            Assert.Equal(length, Enumerable.Range(0, worldSize).Sum(rank => (long)new DecodeContextParallel(rank, worldSize, interleave).LocalLength(length))));

    [Fact]
    public void Says_what_is_wrong()
    {
        Assert.Contains("2 ranks, 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeContextParallel(2, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeContextParallel(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeContextParallel(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DecodeContextParallel(0, 1, 0));
        DecodeContextParallel parallel = new(0, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => parallel.LocalLength(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => parallel.LocalPosition(-1));
        Assert.Throws<ArgumentException>(() => parallel.LocalLengths([1, 2], new int[1]));
    }
}
