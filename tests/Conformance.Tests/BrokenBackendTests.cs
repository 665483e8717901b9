using AttentionGen.Conformance;
using Xunit;

namespace AttentionGen.Tests;

/// <summary>The battery can fail: each backend here does one thing wrong, and the cases about that thing say so.</summary>
public sealed class BrokenBackendTests
{
    [Theory]
    [InlineData("BROKEN_WINDOW_OFF_BY_ONE", "masks/mixed_small")]
    [InlineData("BROKEN_WINDOW_BACKWARDS_ONLY", "masks/mixed_small")]
    [InlineData("BROKEN_IGNORES_SOFT_CAP", "scores/ragged Float32")]
    [InlineData("BROKEN_READS_PAST_END", "batches/small_")]
    [InlineData("BROKEN_DROPS_LOG_SUM_EXP", "log-sum-exp/mixed_small")]
    [InlineData("BROKEN_LOG_SUM_EXP_IN_BITS", "log-sum-exp/mixed_small")]
    [InlineData("BROKEN_NONDETERMINISTIC", "invariance/repeated")]
    [InlineData("BROKEN_TRANSPOSED_BLOCK_TABLE", "batches/small_")]
    [InlineData("BROKEN_PAGES_IN_ORDER", "batches/mixed_small")]
    [InlineData("BROKEN_IGNORES_CACHE_SCALES", "cache types/mixed_small")]
    [InlineData("BROKEN_INTERLEAVED_HEADS", "heads/mixed_small")]
    [InlineData("BROKEN_ONE_ALIBI_SLOPE", "scores/boundaries Float32")]
    [InlineData("BROKEN_SINK_BESIDE_MAXIMUM", "log-sum-exp/ragged Float32")]
    [InlineData("BROKEN_SUBTRACTS_NO_MAXIMUM", "scores/boundaries Float32")]
    [InlineData("BROKEN_MULTIPLIES_HIDDEN_VALUES", "batches/ragged Float32")]
    [InlineData("BROKEN_ACCUMULATES_IN_HALF", "batches/medium_decode")]
    [InlineData("BROKEN_SCALE_OF_VALUE_HEAD", "head sizes/mixed_small Float32")]
    [InlineData("BROKEN_SKIPS_ROWS_WITHOUT_KEYS", "masks/no_keys")]
    [InlineData("BROKEN_WRITES_PAST_OUTPUT", "batches/small_")]
    [InlineData("BROKEN_SCALES_QUERIES_IN_PLACE", "batches/small_")]
    [InlineData("BROKEN_CLEARS_REST_OF_PAGE", "batches/small_")]
    [InlineData("BROKEN_TREE_AS_CHAIN", "tree/tree")]
    [InlineData("BROKEN_TREE_BY_INDEX", "tree/random")]
    [InlineData("BROKEN_CAUSAL_ENCODER", "encoder/encoder_boundaries")]
    [InlineData("BROKEN_DEPENDS_ON_BATCH_SIZE", "invariance/in two")]
    [InlineData("BROKEN_REJECTS_PAGE_SIZE", "page=128")]
    [InlineData("BROKEN_REJECTS_WINDOW_WITH_CAP", "pairs/mixed_small")]
    [InlineData("BROKEN_ACCEPTS_UNDECLARED_CACHE_TYPE", "refusals/cache element type")]
    [InlineData("BROKEN_ACCEPTS_UNDECLARED_GROUP_SIZE", "refusals/groups of")]
    [InlineData("BROKEN_THROWS_IN_CONSTRUCTOR", "refusals/")]
    public void Is_caught(string backend, string cases)
    {
        Assert.SkipUnless(TestDevice.Current.Kind == DeviceKind.Cpu, "The broken backends run on the CPU.");
        ConformanceReport report = ConformanceBattery.Run(
            AttentionRegistry.Instance, TestDevice.Current, new ConformanceOptions { Backends = [backend], Filter = cases });

        Assert.False(report.Passed);
        ConformanceCase failure = report.Failures.First();
        Assert.Equal(backend, failure.Backend);
        Assert.NotEmpty(failure.Reasons);
    }
}
