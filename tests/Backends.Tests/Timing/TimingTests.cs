using AttentionGen.Tests.Availability;
using AttentionGen.Timing;
using Xunit;

namespace AttentionGen.Tests.Timing;

public sealed class TimingTests
{
    private static readonly StepShape s_decode = new()
    {
        Phase = AttentionPhase.Decode, Requests = 2, ContextLength = 48, ElementType = ElementType.Float32, QueryHeads = 4, KeyValueHeads = 2, HeadSize = 64,
    };

    private static readonly TimingOptions s_quick = new() { MinimumRuns = 3, MinimumTime = TimeSpan.Zero, WarmUpRuns = 1 };

    [Fact]
    public void Every_backend_that_supports_a_step_is_timed_and_agrees()
    {
        StepTiming timing = StepTimer.Time(AttentionRegistry.Instance, AttentionDevice.Cpu, s_decode, options: s_quick);

        BackendTiming[] timed = [.. timing.Backends.Where(static backend => backend.Outcome == TimingOutcome.Timed)];
        Assert.Equal(AttentionRegistry.Backends.Count(static backend => backend.SupportFor(DeviceKind.Cpu) is not null), timed.Length);
        Assert.All(timed, static backend => Assert.True(backend is { MedianMicroseconds: > 0, Runs: >= 3, Difference: < 1e-4 }));
        Assert.Equal(timed.Select(static backend => backend.MedianMicroseconds).Order(), timed.Select(static backend => backend.MedianMicroseconds));
    }

    [Theory]
    [InlineData(AttentionFeatures.SlidingWindow)]
    [InlineData(AttentionFeatures.SoftCap | AttentionFeatures.Alibi)]
    [InlineData(AttentionFeatures.Sinks | AttentionFeatures.LogSumExp)]
    public void Steps_have_features_and_those_without_them_say_so(AttentionFeatures features)
    {
        StepTiming timing = StepTimer.Time(
            AttentionRegistry.Instance, AttentionDevice.Cpu, s_decode with { Phase = AttentionPhase.Prefill, Features = features }, options: s_quick);

        Assert.Contains(timing.Backends, static backend => backend.Outcome == TimingOutcome.Timed);
        Assert.All(timing.Backends, static backend => Assert.True(backend.Outcome is TimingOutcome.Timed or TimingOutcome.NotSupported, backend.Explanation));
    }

    [Theory]
    [InlineData(Fault.WrongNumbers, TimingOutcome.Different)]
    [InlineData(Fault.NotNumbers, TimingOutcome.Different)]
    [InlineData(Fault.Throws, TimingOutcome.Failed)]
    public void A_backend_that_is_wrong_is_reported_and_not_ranked(Fault fault, TimingOutcome outcome)
    {
        AttentionRegistry.Instance.SetOverride("TREE_ATTN", () => new FaultyBackend(fault));
        try
        {
            StepTiming timing = StepTimer.Time(AttentionRegistry.Instance, AttentionDevice.Cpu, s_decode, ["TORCH_SDPA", "TREE_ATTN"], s_quick);

            Assert.Equal(outcome, timing.Backends.Single(static backend => backend.Name == "TREE_ATTN").Outcome);
            Assert.Equal(["TORCH_SDPA"], timing.ToTuningEntry()!.Ranking.Select(static backend => backend.Name));
        }
        finally
        {
            AttentionRegistry.Instance.ClearOverride("TREE_ATTN");
        }
    }

    [Fact]
    public void What_is_measured_ranks_the_selection_until_the_version_changes()
    {
        using TemporaryCache cache = new();
        TuningStore store = new(cache.Directory);
        TuningResult result = AttentionTuner.Tune(
            AttentionRegistry.Instance, AttentionDevice.Cpu, [s_decode], new() { Timing = s_quick, Probe = new() { KeepOnDisk = false } });
        store.Save(result.Tuning);

        TuningReading reading = store.Load(result.Tuning.Environment);
        AttentionRequest request = s_decode.ToRequest(AttentionDevice.Cpu);
        Selection tuned = AttentionRegistry.Select(request, new SelectionOptions { Tuning = reading.Table });

        Assert.Equal(TuningFileState.Usable, reading.State);
        Assert.Equal(result.Tuning.Table.Entries[0].Ranking[0].Name, tuned.Backend.Name);
        Assert.StartsWith($"{tuned.Backend.Name}: the fastest as measured on cpu", tuned.Explain(), StringComparison.Ordinal);

        TuningReading other = store.Load(result.Tuning.Environment with { AttentionGenVersion = "0.0.1" });
        Assert.Equal((TuningFileState.OtherVersion, null), (other.State, other.Table));
        Assert.Equal("TORCH_SDPA", AttentionRegistry.Select(request, new SelectionOptions { Tuning = other.Table }).Backend.Name);
    }

    [Fact]
    public void Impossible_steps_and_options_are_refused()
    {
        Assert.Contains("Phase is Draft", Assert.Throws<ArgumentException>(() => Time(s_decode with { Phase = AttentionPhase.Draft })).Message, StringComparison.Ordinal);
        Assert.Contains("TreeMask", Assert.Throws<ArgumentException>(() => Time(s_decode with { Features = AttentionFeatures.TreeMask })).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => Time(s_decode with { QueryHeads = 3 }));
        Assert.Throws<ArgumentException>(() => StepTimer.Time(AttentionRegistry.Instance, AttentionDevice.Cpu, s_decode, options: new() { MinimumRuns = 0 }));
        Assert.Throws<UnknownBackendException>(() => StepTimer.Time(AttentionRegistry.Instance, AttentionDevice.Cpu, s_decode, ["NO_ATTN"]));

        static void Time(StepShape shape) => StepTimer.Time(AttentionRegistry.Instance, AttentionDevice.Cpu, shape);
    }

    [Fact]
    public void A_cancelled_measurement_ends()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => StepTimer.Time(AttentionRegistry.Instance, AttentionDevice.Cpu, s_decode, options: s_quick with { Cancellation = cancelled.Token }));
    }
}
