using AttentionGen.Tests.Attention;
using Xunit;

namespace AttentionGen.Tests.Availability;

public sealed class BackendProbeTests : IDisposable
{
    private readonly TemporaryCache _cache = new();

    public static TheoryData<string> Backends => [.. AttentionRegistry.Backends.Where(static backend => backend.SupportFor(DeviceKind.Cpu) is not null).Select(static backend => backend.Name)];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Every_backend_for_the_processor_runs_and_is_right(string backend)
    {
        BackendAvailability found = Assert.Single(Probe(AttentionRegistry.Instance, new() { Backends = [backend], KeepOnDisk = false, Anew = true }).Backends);

        Assert.True(found.Problem is null, found.Problem?.ToString());
        Assert.Equal((backend, AvailabilityState.Probed), (found.Name, found.State));
        Assert.Contains("were right", found.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Fault.MissingLibrary, AvailabilityState.Declared, ReasonCode.NotLoadable, "libacme.so.3")]
    [InlineData(Fault.Throws, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "The kernel has gone.")]
    [InlineData(Fault.WrongNumbers, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "")]
    [InlineData(Fault.NotNumbers, AvailabilityState.Loadable, ReasonCode.ProbeFailed, "")]
    public void A_fault_takes_a_backend_out_with_the_reason_and_is_never_kept_on_disk(Fault fault, AvailabilityState state, ReasonCode code, string said)
    {
        OneBackendRegistry registry = new(() => new FaultyBackend(fault));

        AvailabilitySnapshot snapshot = Probe(registry);
        BackendAvailability found = Assert.Single(snapshot.Backends);

        Assert.Equal((state, code), (found.State, found.Problem?.Code));
        Assert.Contains(said, found.Problem!.ToString(), StringComparison.Ordinal);
        Assert.Empty(_cache.Files);
        BackendSelectionException error = Assert.Throws<BackendSelectionException>(() => registry.Select(s_request, new SelectionOptions { Availability = snapshot }));
        Assert.Equal(code, Assert.Single(Assert.Single(error.Candidates).Reasons).Code);
    }

    [Fact]
    public void A_constructor_that_throws_takes_only_its_backend_out()
    {
        BackendAvailability found = Assert.Single(Probe(new OneBackendRegistry(static () => throw new DllNotFoundException("libacme"))).Backends);

        Assert.Equal(ReasonCode.NotLoadable, found.Problem?.Code);
        Assert.Contains("DllNotFoundException: libacme", found.Problem!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there_is_the_reason()
    {
        Assert.SkipWhen(TestDevice.Current.Kind == DeviceKind.Cuda, "There is a GPU.");

        BackendAvailability found = Assert.Single(BackendProbe.Run(
            AttentionRegistry.Instance, AttentionDevice.Cuda(90), new() { Backends = ["TORCH_SDPA"], Directory = _cache.Directory }).Backends);

        Assert.Equal((AvailabilityState.Declared, ReasonCode.NotLoadable), (found.State, found.Problem?.Code));
    }

    [Fact]
    public void Nothing_is_tried_beyond_the_wanted_state()
    {
        int made = 0;
        OneBackendRegistry registry = new(() =>
        {
            made++;
            return new FaultyBackend(Fault.WrongNumbers);
        });

        Assert.Equal(AvailabilityState.Declared, Assert.Single(Probe(registry, new() { UpTo = AvailabilityState.Declared }).Backends).State);
        Assert.Equal(0, made);
        BackendAvailability loadable = Assert.Single(Probe(registry, new() { UpTo = AvailabilityState.Loadable }).Backends);
        Assert.Equal((AvailabilityState.Loadable, true), (loadable.State, loadable.IsUsable));
    }

    [Fact]
    public void What_passed_is_kept_for_later_processes_and_a_damaged_file_is_noted_and_rewritten()
    {
        Assert.Equal(AvailabilityState.Probed, Assert.Single(Probe(new OneBackendRegistry(static () => new FaultyBackend(Fault.None))).Backends).State);
        string file = Assert.Single(_cache.Files);
        string kept = File.ReadAllText(file);

        // Another registry stands for another process: what is kept in memory is by registered class.
        BackendAvailability believed = Assert.Single(Probe(new OneBackendRegistry(static () => new FaultyBackend(Fault.None))).Backends);
        Assert.Contains("were right earlier", believed.Detail, StringComparison.Ordinal);

        File.WriteAllText(file, kept[..(kept.Length / 2)]);
        AvailabilitySnapshot again = Probe(new OneBackendRegistry(static () => new FaultyBackend(Fault.None)));
        Assert.Contains("cannot be read and is ignored", Assert.Single(again.Notes), StringComparison.Ordinal);
        Assert.Equal(kept, File.ReadAllText(file));
    }

    [Fact]
    public void What_passed_with_another_version_is_tried_again()
    {
        Probe(new OneBackendRegistry(static () => new FaultyBackend(Fault.None)));
        string file = Assert.Single(_cache.Files);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"libtorchVersion\": \"", "\"libtorchVersion\": \"0.", StringComparison.Ordinal));

        BackendAvailability found = Assert.Single(Probe(new OneBackendRegistry(static () => new FaultyBackend(Fault.None))).Backends);

        Assert.DoesNotContain("earlier", found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_noted_and_stops_nothing()
    {
        string occupied = Path.GetTempFileName();
        try
        {
            AvailabilitySnapshot snapshot = Probe(
                new OneBackendRegistry(static () => new FaultyBackend(Fault.None)), new() { Directory = new CacheDirectory(Path.Combine(occupied, "folder")) });

            Assert.Equal(AvailabilityState.Probed, Assert.Single(snapshot.Backends).State);
            Assert.NotEmpty(snapshot.Notes);
        }
        finally
        {
            File.Delete(occupied);
        }
    }

    public void Dispose() => _cache.Dispose();

    private static readonly AttentionRequest s_request = new()
    {
        Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 8, KeyValueHeads = 2,
    };

    private AvailabilitySnapshot Probe(AttentionBackendRegistry registry, BackendProbeOptions? options = null)
    {
        options ??= new BackendProbeOptions();
        return BackendProbe.Run(registry, AttentionDevice.Cpu, options with { Directory = options.Directory ?? _cache.Directory });
    }
}
