using AttentionGen.Metadata;
using CsCheck;
using Xunit;

namespace AttentionGen.Tests.Metadata;

public sealed class BatchReorderingTests
{
    // vLLM, tests/v1/attention/test_batch_reordering.py: REORDER_TEST_CASES. Each request is new tokens, tokens in the cache,
    // tokens of the prompt.
    public static TheoryData<string, int[][], int[], int> Cases => new()
    {
        { "all_decodes", [[1, 10, 10], [1, 20, 20], [1, 30, 30]], [0, 1, 2], 1 },
        { "all_long_extends", [[100, 100, 100], [200, 200, 200], [300, 300, 300]], [0, 1, 2], 1 },
        { "mixed_decodes_long_extends", [[100, 100, 100], [1, 10, 10], [200, 200, 200], [1, 20, 20]], [3, 1, 2, 0], 1 },
        { "already_ordered", [[1, 10, 10], [1, 20, 20], [100, 100, 100], [200, 0, 200]], [0, 1, 2, 3], 1 },
        { "single_request", [[1, 10, 10]], [0], 1 },
        { "higher_threshold", [[2, 10, 10], [3, 20, 20], [5, 30, 30], [6, 40, 40]], [0, 1, 2, 3], 4 },
        { "decodes_at_end", [[100, 100, 100], [200, 200, 200], [1, 10, 10], [1, 20, 20]], [2, 3, 0, 1], 1 },
        { "decode_long_extend_prefill", [[100, 0, 100], [10, 50, 50], [1, 10, 10]], [2, 1, 0], 1 },
        { "long_extend_prefill_only", [[100, 0, 100], [10, 50, 50], [200, 0, 200], [20, 75, 75]], [3, 1, 2, 0], 1 },
        {
            "complicated_mixed",
            [[1, 20, 20], [1, 50, 50], [374, 0, 374], [300, 20, 20], [1, 20, 20], [256, 0, 256], [1, 5, 5], [27, 0, 27], [1, 4, 4]],
            [0, 1, 6, 8, 4, 3, 2, 7, 5],
            1
        },
        { "new_request_single_token_prefill", [[100, 0, 100], [1, 0, 1], [50, 100, 100], [1, 10, 10]], [3, 2, 0, 1], 1 },
        { "multiple_new_requests_single_token_prefill", [[1, 0, 1], [1, 0, 1], [1, 50, 50], [200, 0, 200]], [2, 1, 0, 3], 1 },
        { "four_way_already_ordered", [[1, 100, 100], [1, 50, 100], [10, 50, 100], [100, 0, 100]], [0, 1, 2, 3], 1 },
        { "four_way_needs_reorder", [[100, 0, 100], [1, 50, 100], [1, 100, 100], [10, 50, 100]], [2, 1, 3, 0], 1 },
        { "four_way_multiple_short_extends", [[2, 100, 100], [2, 50, 200], [2, 75, 150], [2, 200, 200]], [0, 3, 2, 1], 2 },
        { "four_way_spec_decode_threshold", [[5, 100, 100], [5, 50, 100], [5, 0, 100], [10, 50, 100]], [0, 1, 3, 2], 5 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Orders_as_vLLM(string name, int[][] requests, int[] expected, int threshold)
    {
        (int[] order, bool moved) = Order(requests, threshold);
        Assert.Equal(expected, order);
        Assert.True(moved == !expected.SequenceEqual(expected.Order()), name);
        Assert.Equal(expected, Swapped(order));
    }

    [Fact]
    public void Yields_the_four_phases_in_order_and_moves_only_what_is_misplaced() => Requests.Sample((requests, threshold) =>
    {
        (int[] order, bool moved) = Order(requests, threshold);
        RequestPhase[] before = [.. requests.Select(request => PhaseOf(request, threshold))];
        RequestPhase[] after = [.. order.Select(row => before[row])];
        RequestPhase[] sorted = [.. before.Order()];

        Assert.Equal(Enumerable.Range(0, requests.Length), order.Order());
        Assert.Equal(sorted, after);
        Assert.Equal(!before.SequenceEqual(sorted), moved);
        for (int row = 0; row < requests.Length; row++)
            Assert.True(order[row] == row == (before[row] == sorted[row]));

        // Among those that move, requests of one phase keep their order.
        foreach (IGrouping<RequestPhase, int> phase in order.Where((row, i) => row != i).GroupBy(row => before[row]))
            Assert.Equal(phase.Order(), phase);
    });

    [Fact]
    public void Swaps_lead_to_the_order_and_are_fewer_than_the_misplaced() =>
        Gen.Int[0, 40].SelectMany(count => Gen.Shuffle(Enumerable.Range(0, count).ToArray())).Sample(order =>
        {
            Assert.Equal(order, Swapped(order));
            int misplaced = order.Where((row, i) => row != i).Count();
            Assert.True(Swaps(order).Length <= Math.Max(0, misplaced - 1));
        });

    [Fact]
    public void Swaps_of_many_requests_need_no_more_stack()
    {
        int[] order = [.. Enumerable.Range(0, 100_000).Select(row => (row + 1) % 100_000)];
        Assert.Equal(order, Swapped(order));
    }

    [Fact]
    public void Says_what_is_wrong()
    {
        Assert.Contains("promptTokens has 1 entries", Assert.Throws<ArgumentException>(() => BatchReordering.Order([1, 1], [1, 1], [1], 1, new int[2])).Message, StringComparison.Ordinal);
        Assert.Contains("computedTokens says -3 for request 1", Assert.Throws<ArgumentException>(() => BatchReordering.Order([1, 1], [1, -3], [1, 1], 1, new int[2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BatchReordering.Order([1], [1], [1], -1, new int[1]));
        Assert.Contains("row 1 twice", Assert.Throws<ArgumentException>(() => BatchReordering.Swaps([1, 1], new RequestSwap[2])).Message, StringComparison.Ordinal);
        Assert.Contains("room for 2", Assert.Throws<ArgumentException>(() => BatchReordering.Swaps([1, 2, 0], new RequestSwap[1])).Message, StringComparison.Ordinal);
    }

    private static Gen<(int[][], int)> Requests => Gen.Select(
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 4], (scheduled, computed, prompt) => new[] { scheduled, computed, prompt }).Array[0, 30],
        Gen.Int[0, 3]);

    private static RequestPhase PhaseOf(int[] request, int threshold) => (request[0] <= threshold, request[1] > 0, request[1] >= request[2]) switch
    {
        (_, false, _) => RequestPhase.Prefill,
        (false, true, _) => RequestPhase.LongExtend,
        (true, true, false) => RequestPhase.ShortExtend,
        (true, true, true) => RequestPhase.Decode,
    };

    private static (int[] Order, bool Moved) Order(int[][] requests, int threshold)
    {
        int[] order = new int[requests.Length];
        bool moved = BatchReordering.Order(
            [.. requests.Select(request => request[0])], [.. requests.Select(request => request[1])], [.. requests.Select(request => request[2])], threshold, order);
        return (order, moved);
    }

    private static RequestSwap[] Swaps(int[] order)
    {
        RequestSwap[] swaps = new RequestSwap[Math.Max(0, order.Length - 1)];
        return swaps[..BatchReordering.Swaps(order, swaps)];
    }

    private static int[] Swapped(int[] order)
    {
        int[] rows = [.. Enumerable.Range(0, order.Length)];
        foreach ((int first, int second) in Swaps(order))
            (rows[first], rows[second]) = (rows[second], rows[first]);
        return rows;
    }
}
