using AttentionGen.Tests.Attention;
using AttentionGen.Tests.Availability;
using AttentionGen.Timing;
using Xunit;
using StubRegistry = AttentionGen.Tests.Availability.StubRegistry;

namespace AttentionGen.Tests.Timing;

public sealed class StepTimerTests
{
    private static readonly TimingOptions s_quick = new() { WarmUpRuns = 1, MinimumRuns = 5, MinimumTime = TimeSpan.Zero };

    private static readonly StepShape s_decode = new()
    {
        Phase = AttentionPhase.Decode, Requests = 2, ContextLength = 100, ElementType = ElementType.Float32, QueryHeads = 4, KeyValueHeads = 2, HeadSize = 32,
    };

    [Theory]
    [InlineData(AttentionPhase.Decode, ElementType.Float32, null, AttentionFeatures.None)]
    [InlineData(AttentionPhase.Prefill, ElementType.BFloat16, null, AttentionFeatures.None)]
    [InlineData(AttentionPhase.Decode, ElementType.Float32, ElementType.Float8E4M3, AttentionFeatures.SoftCap)]
    [InlineData(AttentionPhase.Prefill, ElementType.Float32, null, AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks)]
    [InlineData(AttentionPhase.Decode, ElementType.BFloat16, null, AttentionFeatures.Alibi | AttentionFeatures.LogSumExp)]
    [InlineData(AttentionPhase.Prefill, ElementType.Float32, null, AttentionFeatures.NonCausal)]
    public void All_in_tree_backends_are_timed_or_do_not_support_it(AttentionPhase phase, ElementType type, ElementType? cache, AttentionFeatures features)
    {
        Assert.SkipWhen(TestDevice.Current.Kind == DeviceKind.Cuda && type == ElementType.Float32, "16-bit types are what GPUs are timed with.");
        StepShape shape = s_decode with { Phase = phase, ElementType = type, CacheElementType = cache, Features = features, SlidingWindow = 30 };

        StepTiming timing = StepTimer.Time(AttentionRegistry.Instance, TestDevice.Current, shape, options: s_quick);

        Assert.Equal(AttentionRegistry.Instance.Backends.Length, timing.Backends.Length);
        Assert.All(timing.Backends, backend =>
        {
            bool supports = AttentionRegistry.Instance.Backends.Single(other => other.Name == backend.Name).ReasonsAgainst(shape.ToRequest(TestDevice.Current)).IsEmpty;
            Assert.True(backend.Outcome == (supports ? TimingOutcome.Timed : TimingOutcome.NotSupported), $"{backend}");
            Assert.True(!supports || (backend.Runs >= 5 && backend.Layers > 1 && backend.PlanMicroseconds > 0 && 0 < backend.MinimumMicroseconds && backend.MinimumMicroseconds <= backend.MedianMicroseconds), $"{backend}");
        });
    }

    [Fact]
    public void Broken_ones_are_reported_and_the_rest_is_ranked_by_speed()
    {
        StubRegistry registry = new(
            ("WHOLE", StubFault.None), ("SLOW", StubFault.Slow), ("WRONG", StubFault.WrongNumbers), ("NAN", StubFault.NaN),
            ("THROWS", StubFault.ThrowsInForward), ("UNMADE", StubFault.ThrowsInConstructor));

        StepTiming timing = StepTimer.Time(registry, AttentionDevice.Cpu, s_decode, ["slow", "WHOLE", "WRONG", "NAN", "THROWS", "UNMADE", "FLASH_ATTN"], s_quick);

        Assert.Equal(
            [
                ("WHOLE", TimingOutcome.Timed), ("SLOW", TimingOutcome.Timed), ("FLASH_ATTN", TimingOutcome.NotSupported), ("NAN", TimingOutcome.Different),
                ("THROWS", TimingOutcome.Failed), ("UNMADE", TimingOutcome.Failed), ("WRONG", TimingOutcome.Different),
            ],
            timing.Backends.Select(static backend => (backend.Name, backend.Outcome)));
        Assert.True(timing.Backends[1].MedianMicroseconds >= 5000);
        Assert.InRange(timing.Backends[6].Difference, 0.4, 0.6);
        Assert.Contains("differs from SLOW's by 0.5", timing.Backends[6].Explanation, StringComparison.Ordinal);
        Assert.Contains("no kernel image is available", timing.Backends[4].Explanation, StringComparison.Ordinal);
        Assert.Equal(["WHOLE", "SLOW"], timing.ToTuningEntry()!.Ranking.Select(static backend => backend.Name));
    }

    [Fact]
    public void A_first_backend_that_gives_no_numbers_does_not_judge_the_others()
    {
        StepTiming timing = StepTimer.Time(new StubRegistry(("NAN", StubFault.NaN), ("WHOLE", StubFault.None)), AttentionDevice.Cpu, s_decode, options: s_quick);

        Assert.Equal([("WHOLE", TimingOutcome.Timed), ("NAN", TimingOutcome.Different)], timing.Backends.Select(static backend => (backend.Name, backend.Outcome)));
    }

    [Fact]
    public void A_slow_backend_ends_at_the_longest_time()
    {
        StepTiming timing = StepTimer.Time(
            new StubRegistry(("SLOW", StubFault.Slow)), AttentionDevice.Cpu, s_decode,
            options: new TimingOptions { MinimumRuns = 1000, MinimumTime = TimeSpan.Zero, MaximumTime = TimeSpan.FromMilliseconds(50) });

        Assert.InRange(Assert.Single(timing.Backends).Runs, 3, 12);
    }

    [Fact]
    public void Cancellation_ends_it() => Assert.Throws<OperationCanceledException>(static () =>
    {
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(200));
        StepTimer.Time(
            new StubRegistry(("X", StubFault.Slow)), AttentionDevice.Cpu, s_decode,
            options: new TimingOptions { MinimumTime = TimeSpan.FromMinutes(5), MaximumTime = TimeSpan.FromMinutes(5), Cancellation = source.Token });
    });

    [Theory]
    [InlineData(AttentionFeatures.TreeMask, AttentionPhase.Decode, 16, "TreeMask")]
    [InlineData(AttentionFeatures.None, AttentionPhase.Any, 16, "Any")]
    [InlineData(AttentionFeatures.None, AttentionPhase.Decode, 0, "ExpectedContextLength is 0")]
    public void A_step_that_cannot_be_timed_is_an_error(AttentionFeatures features, AttentionPhase phase, int length, string text) => Assert.Contains(
        text,
        Assert.ThrowsAny<ArgumentException>(() => StepTimer.Time(
            AttentionRegistry.Instance, AttentionDevice.Cpu, s_decode with { Features = features, Phase = phase, ContextLength = length })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Impossible_options_and_unknown_names_are_errors()
    {
        Assert.Contains("8 query heads", Assert.ThrowsAny<ArgumentException>(static () => Time(s_decode with { QueryHeads = 8, KeyValueHeads = 3 }, s_quick)).Message, StringComparison.Ordinal);
        Assert.Contains("MinimumRuns is 0", Assert.Throws<ArgumentException>(static () => Time(s_decode, s_quick with { MinimumRuns = 0 })).Message, StringComparison.Ordinal);
        Assert.Throws<UnknownBackendException>(static () => Time(s_decode, s_quick, "NO_ATTN"));

        static void Time(StepShape shape, TimingOptions options, params string[] names) =>
            StepTimer.Time(AttentionRegistry.Instance, AttentionDevice.Cpu, shape, [.. names], options);
    }

    [Fact]
    public void Bytes_and_operations_count_what_a_query_sees()
    {
        StepShape prefill = s_decode with { Phase = AttentionPhase.Prefill, Requests = 1, ContextLength = 10 };

        Assert.Equal(2.0 * 10 * 2 * 32 * 4, prefill.KeyValueBytes);
        Assert.Equal(4.0 * 4 * 32 * 55, prefill.Operations);
        Assert.Equal(4.0 * 4 * 32 * 100, (prefill with { Features = AttentionFeatures.NonCausal }).Operations);
        Assert.Equal(4.0 * 4 * 32 * 27, (prefill with { Features = AttentionFeatures.SlidingWindow, SlidingWindow = 3 }).Operations);
        Assert.Equal(2.0 * 2 * 30 * 2 * 32 * 4, (s_decode with { Features = AttentionFeatures.SlidingWindow, SlidingWindow = 30 }).KeyValueBytes);
    }
}
