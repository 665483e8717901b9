using Xunit;

namespace AttentionGen.Tests.Availability;

/// <summary>What is kept of a probe, in memory and on the disk. Tests of one class run one after another, so layers can be counted.</summary>
[Collection(nameof(Libtorch.ExclusiveUseOfLibtorch))]
public sealed class ProbeKeepingTests : IDisposable
{
    private readonly TemporaryCache _cache = new();

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void The_same_registry_is_probed_once_and_again_only_when_asked()
    {
        StubRegistry registry = new(("X", StubFault.None));

        Assert.Equal(1, LayersMadeBy(() => Probe(registry)));
        Assert.Equal(0, LayersMadeBy(() => Probe(registry)));
        Assert.Equal(1, LayersMadeBy(() => Probe(registry, anew: true)));
    }

    [Fact]
    public void A_passed_probe_is_believed_by_the_next_process()
    {
        Probe(new StubRegistry(("X", StubFault.None)));

        AvailabilitySnapshot later = null!;
        Assert.Equal(0, LayersMadeBy(() => later = Probe(new StubRegistry(("X", StubFault.None)))));
        Assert.Equal(AvailabilityState.Probed, Assert.Single(later.Backends).State);
        Assert.Contains("were right earlier, as kept in '" + Assert.Single(_cache.Files), later.Backends[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_is_kept_in_memory_alone()
    {
        StubRegistry registry = new(("X", StubFault.WrongNumbers));

        Assert.Equal(1, LayersMadeBy(() => Probe(registry)));
        Assert.Equal(0, LayersMadeBy(() => Assert.False(Assert.Single(Probe(registry).Backends).IsUsable)));
        Assert.Empty(_cache.Files);
    }

    [Fact]
    public void What_could_not_be_loaded_is_looked_for_again()
    {
        StubRegistry registry = new(("X", StubFault.LacksLibrary));
        Assert.False(Assert.Single(Probe(registry).Backends).IsUsable);

        Assert.Empty(_cache.Files);
        Assert.False(Assert.Single(Probe(registry).Backends).IsUsable);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"format\": 1")]
    [InlineData("null garbage")]
    [InlineData("{ \"format\": 1 }")]
    public void A_damaged_file_is_ignored_told_and_rewritten(string damage)
    {
        Probe(new StubRegistry(("X", StubFault.None)));
        string file = Assert.Single(_cache.Files), whole = File.ReadAllText(file);
        File.WriteAllText(file, damage);

        AvailabilitySnapshot snapshot = null!;
        Assert.Equal(1, LayersMadeBy(() => snapshot = Probe(new StubRegistry(("X", StubFault.None)))));

        Assert.Contains($"'{file}'", Assert.Single(snapshot.Notes), StringComparison.Ordinal);
        Assert.Equal(AvailabilityState.Probed, Assert.Single(snapshot.Backends).State);
        Assert.Equal(whole, File.ReadAllText(file));
    }

    [Theory]
    [InlineData("\"attentionGenVersion\": \"", "\"attentionGenVersion\": \"0.")]
    [InlineData("\"libtorchVersion\": \"", "\"libtorchVersion\": \"1")]
    [InlineData("\"deviceName\": \"", "\"deviceName\": \"An older ")]
    [InlineData("\"builds\": \"", "\"builds\": \"0")]
    [InlineData("\"case\": \"", "\"case\": \"an older case, ")]
    public void What_passed_with_other_versions_is_probed_again_and_rewritten(string part, string other)
    {
        Probe(new StubRegistry(("X", StubFault.None)));
        string file = Assert.Single(_cache.Files), whole = File.ReadAllText(file);
        Assert.Contains(part, whole, StringComparison.Ordinal);
        File.WriteAllText(file, whole.Replace(part, other, StringComparison.Ordinal));

        AvailabilitySnapshot snapshot = null!;
        Assert.Equal(1, LayersMadeBy(() => snapshot = Probe(new StubRegistry(("X", StubFault.None)))));
        Assert.Empty(snapshot.Notes);
        Assert.Equal(whole, File.ReadAllText(file));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told_and_stops_nothing()
    {
        Directory.CreateDirectory(_cache.Directory.Path);
        string file = _cache.Directory.PathOf("a file");
        File.WriteAllText(file, "");

        AvailabilitySnapshot snapshot = BackendProbe.Run(
            new StubRegistry(("X", StubFault.None)), AttentionDevice.Cpu, new BackendProbeOptions { Directory = new CacheDirectory(Path.Combine(file, "cache")) });

        Assert.Equal(AvailabilityState.Probed, Assert.Single(snapshot.Backends).State);
        Assert.Contains(CacheDirectory.Variable, Assert.Single(snapshot.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_at_once_disturb_nobody()
    {
        Parallel.For(0, 16, _ =>
        {
            AvailabilitySnapshot snapshot = Probe(new StubRegistry(("X", StubFault.None), ("Y", StubFault.None)), anew: true);
            Assert.All(snapshot.Backends, static backend => Assert.Equal(AvailabilityState.Probed, backend.State));
            Assert.Empty(snapshot.Notes);
        });

        Assert.Equal(2, _cache.Files.Length);
        Assert.Equal(0, LayersMadeBy(() => Probe(new StubRegistry(("X", StubFault.None), ("Y", StubFault.None)))));
    }

    private AvailabilitySnapshot Probe(StubRegistry registry, bool anew = false) =>
        BackendProbe.Run(registry, AttentionDevice.Cpu, new BackendProbeOptions { Directory = _cache.Directory, Anew = anew });

    private static int LayersMadeBy(Action action)
    {
        int before = StubBackend.LayersMade;
        action();
        return StubBackend.LayersMade - before;
    }
}
