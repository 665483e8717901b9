using AttentionGen.Hosting;
using AttentionGen.Libtorch;
using Microsoft.Extensions.DependencyInjection;
using static AttentionGen.Tests.TestServices;

namespace AttentionGen.Tests;

/// <summary>What is looked up of a device before a backend is picked.</summary>
public sealed class KnowledgeTests
{
    private static readonly TuningTable s_measured = new(
    [
        new TuningEntry
        {
            Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, CacheElementType = ElementType.Float32, HeadSize = 64, GroupSize = 4,
            Phase = AttentionPhase.Decode, Requests = 16, ContextLength = 4096, Ranking = [new("XFORMERS", 100), new("TORCH_SDPA", 200)],
        },
    ]);

    [Fact]
    public void Nothing_is_looked_up_unless_it_is_configured()
    {
        StubKnowledge knowledge = new("TORCH_SDPA");
        using ServiceProvider services = Provide(collection => collection.AddSingleton<IDeviceKnowledge>(knowledge).AddAttention(AttentionRegistry.Instance));

        Assert.Equal("TORCH_SDPA", services.Select(Request));
        Assert.Empty(knowledge.Asked);
    }

    [Fact]
    public void A_device_is_looked_at_once()
    {
        string folder = Path.Combine(Path.GetTempPath(), "attention");
        StubKnowledge knowledge = new();
        using ServiceProvider services = Provide(collection => collection.AddSingleton<IDeviceKnowledge>(knowledge).AddAttention(
            AttentionRegistry.Instance, Keys(("Availability", "probed"), ("Tuning", "measured"), ("CacheDirectory", folder))));
        services.Select(Request);
        services.Select(Request with { Layer = 1 });
        services.Select(Request with { Device = new AttentionDevice(DeviceKind.Xpu) });

        Assert.Equal([$"Probed on cpu in {folder}", $"tuning on cpu in {folder}", $"Probed on xpu in {folder}", $"tuning on xpu in {folder}"], knowledge.Asked);
    }

    [Fact]
    public void A_measured_ranking_comes_before_the_rules()
    {
        StubKnowledge knowledge = new() { Tuning = new(TuningFileState.Usable, s_measured, "", "") };
        RecordedLog log = new();
        using ServiceProvider services = Provide(
            collection => collection.AddSingleton<IDeviceKnowledge>(knowledge).AddAttention(AttentionRegistry.Instance, Keys(("Tuning", "measured"))), log);

        Assert.Equal("XFORMERS", services.Select(Request));
        Assert.EndsWith(" on cpu: fastest as measured", Assert.Single(log.Lines, static line => line.Event == 1).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void This_machine_is_probed_and_its_ranking_read()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("attention-");
        try
        {
            DeviceEnvironment environment = LibtorchRuntime.EnvironmentOf(AttentionDevice.Cpu);
            new TuningStore(new CacheDirectory(folder.FullName)).Save(new TuningFile(environment, s_measured));
            using ServiceProvider services = Provide(Keys(("Availability", "probed"), ("Tuning", "measured"), ("CacheDirectory", folder.FullName)));

            Selection selection = services.GetRequiredService<IAttentionSelector>().Select(Request);

            Assert.Equal("XFORMERS", selection.Backend.Name);
            Assert.Equal(AvailabilityState.Probed, selection.Candidates[0].Availability?.State);
            Assert.True(folder.GetFiles().Length > 1);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_rules_of_vllm_are_those_of_their_name()
    {
        using ServiceProvider services = Provide(Keys(("Rules", "vllm"), ("Backend", "TORCH_SDPA")));

        Assert.Same(SelectionRules.Vllm, services.GetRequiredService<DeviceSelectionOptions>().For(AttentionDevice.Cpu).Rules);
    }
}
