using AttentionGen.Metadata;
using Xunit;

namespace AttentionGen.Tests.Metadata;

public sealed class CascadeDecisionTests
{
    // The rule of vLLM, vllm/v1/attention/backends/flash_attn.py: use_cascade_attention, its two times worked out by hand.
    // The batches of 400 decodes are case 2 of tests/kernels/attention/test_cascade_flash_attn.py, with its head counts.
    [Theory]
    [InlineData(512, 400, 4, 4, 132, true)] // no groups: no split-KV kernel to compare with
    [InlineData(512, 400, 8, 2, 132, true)] // ceil(8 * 4 / 132) * 4 = 4 < ceil(400 * 2 * 4 / 132) = 25
    [InlineData(512, 400, 16, 2, 132, true)] // ceil(16 * 4 / 132) * 4 = 4 < 25
    [InlineData(1024, 64, 8, 4, 108, true)] // 1 * 8 < ceil(64 * 4 * 8 / 108) = 19
    [InlineData(4096, 64, 32, 8, 132, true)] // 1 * 32 < ceil(64 * 8 * 32 / 132) = 125
    [InlineData(4096, 8, 32, 8, 132, false)] // 1 * 32 > ceil(8 * 8 * 32 / 132) = 16
    [InlineData(256, 8, 64, 1, 132, false)] // 1 * 2 > ceil(8 * 2 / 132) = 1
    [InlineData(257, 8, 2, 1, 8, false)] // 1 * 3 = ceil(8 * 3 / 8) = 3: no gain is no
    [InlineData(257, 9, 2, 1, 8, true)] // 1 * 3 < ceil(9 * 3 / 8) = 4
    [InlineData(300, 300, 128, 16, 10, true)] // ceil(128 * 3 / 10) * 3 = 117 < ceil(300 * 16 * 3 / 10) = 1440
    [InlineData(256, 8, 256, 1, 1, false)] // 256 * 2 > 8 * 2 * 2: groups of 256 take two tiles of queries
    [InlineData(255, 400, 8, 2, 132, false)]
    [InlineData(512, 7, 8, 2, 132, false)]
    public void Decides_for_decodes_as_vLLM(int prefix, int requests, int queryHeads, int keyValueHeads, int multiprocessors, bool expected) =>
        Assert.Equal(expected, CascadeDecision.UseCascade(prefix, Decodes(requests), queryHeads, keyValueHeads, multiprocessors));

    [Fact]
    public void A_prefill_in_the_batch_is_enough()
    {
        int[] queryStartLoc = [.. Decodes(7), 9];
        Assert.False(CascadeDecision.UseCascade(4096, Decodes(8), 32, 8, 132));
        Assert.True(CascadeDecision.UseCascade(4096, queryStartLoc, 32, 8, 132));
    }

    [Fact]
    public void What_cascades_cannot_do_decides_alone()
    {
        int[] batch = Decodes(400);
        Assert.True(CascadeDecision.UseCascade(512, batch, 8, 2, 132));
        Assert.False(CascadeDecision.UseCascade(512, batch, 8, 2, 132, hasAlibi: true));
        Assert.False(CascadeDecision.UseCascade(512, batch, 8, 2, 132, hasSlidingWindow: true));
        Assert.False(CascadeDecision.UseCascade(512, batch, 8, 2, 132, hasLocalAttention: true));
        Assert.False(CascadeDecision.UseCascade(512, batch, 8, 2, 132, decodeContextParallelSize: 2));

        // Case 1 of test_cascade_flash_attn.py: prefills, but only five of them.
        Assert.False(CascadeDecision.UseCascade(256, BatchSpec.QueryStartLoc(129, 18, 37, 1023, 1), 8, 2, 132));
    }

    [Fact]
    public void Large_sizes_do_not_overflow() =>
        Assert.True(CascadeDecision.UseCascade(int.MaxValue, Decodes(65536), 1024, 64, 132));

    [Fact]
    public void Says_what_is_wrong()
    {
        Assert.Contains("multiple of the KV heads", Assert.Throws<ArgumentException>(() => CascadeDecision.UseCascade(0, [0], 9, 2, 132)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => CascadeDecision.UseCascade(-1, [0], 8, 2, 132));
        Assert.Throws<ArgumentOutOfRangeException>(() => CascadeDecision.UseCascade(0, [0], 8, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CascadeDecision.UseCascade(0, [0], 8, 0, 132));
        Assert.Throws<ArgumentOutOfRangeException>(() => CascadeDecision.UseCascade(0, [0], 8, 2, 132, decodeContextParallelSize: 0));
        Assert.Throws<ArgumentException>(() => CascadeDecision.UseCascade(0, [], 8, 2, 132));
    }

    private static int[] Decodes(int requests) => [.. Enumerable.Range(0, requests + 1)];
}
