using AttentionGen.Libtorch;
using AttentionGen.Tests.Availability;
using AttentionGen.Timing;
using Xunit;
using StubRegistry = AttentionGen.Tests.Availability.StubRegistry;

namespace AttentionGen.Tests.Timing;

public sealed class AttentionTunerTests : IDisposable
{
    private static readonly StepShape s_decode = new()
    {
        Phase = AttentionPhase.Decode, Requests = 2, ContextLength = 100, ElementType = ElementType.Float32, QueryHeads = 4, KeyValueHeads = 2, HeadSize = 32,
    };

    private readonly TemporaryCache _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void A_measured_ranking_changes_the_selection_until_a_version_changes()
    {
        // By name A comes first; measured it is the slower.
        StubRegistry registry = new(("A", StubFault.Slow), ("B", StubFault.None), ("C", StubFault.WrongNumbers), ("D", StubFault.ThrowsInConstructor));
        List<TuningProgress> progress = [];
        StepShape prefill = s_decode with { Phase = AttentionPhase.Prefill, ContextLength = 40 };

        TuningResult result = AttentionTuner.Tune(registry, AttentionDevice.Cpu, [s_decode, prefill], Options(progress));

        Assert.Equal([(1, 2), (2, 2)], progress.Select(static step => (step.Completed, step.Total)));
        Assert.All(result.Steps, static step => Assert.Equal(
            [("B", TimingOutcome.Timed), ("A", TimingOutcome.Timed), ("C", TimingOutcome.NotAvailable), ("D", TimingOutcome.NotAvailable)],
            step.Backends.Select(static backend => (backend.Name, backend.Outcome))));

        TuningStore store = new(_cache.Directory);
        store.Save(result.Tuning);
        DeviceEnvironment here = LibtorchRuntime.EnvironmentOf(AttentionDevice.Cpu);
        TuningReading reading = new TuningStore(_cache.Directory).Load(here);
        Assert.Equal(TuningFileState.Usable, reading.State);
        Assert.Equal(["B", "A"], reading.Table!.Entries[0].Ranking.Select(static backend => backend.Name));

        AttentionRequest request = s_decode.ToRequest(AttentionDevice.Cpu);
        Assert.Equal("A", registry.Select(request).Backend.Name);
        Selection tuned = registry.Select(request, new SelectionOptions { Tuning = reading.Table });
        Assert.Equal("B", tuned.Backend.Name);
        Assert.Contains("the fastest as measured on cpu", tuned.Explain(), StringComparison.Ordinal);

        // Of another size nothing was measured.
        Assert.Equal("A", registry.Select(request with { HeadSize = 64 }, new SelectionOptions { Tuning = reading.Table }).Backend.Name);

        TuningReading later = store.Load(here with { AttentionGenVersion = "99.0.0" });
        Assert.Equal(TuningFileState.OtherVersion, later.State);
        Assert.Equal("A", registry.Select(request, new SelectionOptions { Tuning = later.Table }).Backend.Name);
    }

    [Fact]
    public void The_environment_names_processor_and_versions()
    {
        DeviceEnvironment environment = LibtorchRuntime.EnvironmentOf(AttentionDevice.Cpu);

        Assert.Contains($"{Environment.ProcessorCount} processors", environment.DeviceName, StringComparison.Ordinal);
        Assert.StartsWith("0.1.0", environment.AttentionGenVersion, StringComparison.Ordinal);
        Assert.Equal("2.10.0", environment.LibtorchVersion);
        Assert.Null(environment.Driver);
    }

    private static TuningOptions Options(List<TuningProgress> progress) => new()
    {
        Timing = new TimingOptions { WarmUpRuns = 1, MinimumRuns = 5, MinimumTime = TimeSpan.Zero },
        Probe = new BackendProbeOptions { KeepOnDisk = false },
        Progress = new Recorder(progress),
    };

    private sealed class Recorder(List<TuningProgress> steps) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => steps.Add(value);
    }
}
