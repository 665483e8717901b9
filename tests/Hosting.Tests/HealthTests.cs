using AttentionGen.Hosting;
using AttentionGen.Libtorch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static AttentionGen.Tests.TestServices;

namespace AttentionGen.Tests;

/// <summary>The health check, on this machine's libtorch and on machines that are made up.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task This_machine_is_healthy()
    {
        (HealthReportEntry entry, ServiceProvider services) = await CheckAsync(
            static collection => collection.AddAttention(AttentionRegistry.Instance));
        LibtorchInstallation installation = LibtorchRuntime.Installation!;

        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal("Attention on cpu by FLASH_ATTN, FLEX_ATTENTION, TORCH_SDPA, TREE_ATTN, XFORMERS.", entry.Description);
        Assert.Equal(("cpu", installation.Directory, "none", "none"), (entry.Data["device"], entry.Data["libtorch.directory"], entry.Data["backends.failed"], entry.Data["backends.selected"]));
        Assert.NotEqual("", entry.Data["device.name"]);
        Assert.StartsWith("2.", (string)entry.Data["libtorch.version"], StringComparison.Ordinal);
        Assert.All(entry.Data.Values, static value => Assert.IsType<string>(value));

        services.Select(Request);
        services.Select(Request with { Backend = "FLEX_ATTENTION" });
        HealthReport later = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal("FLEX_ATTENTION, TORCH_SDPA", later.Entries["attention"].Data["backends.selected"]);
    }

    [Fact]
    public async Task A_backend_that_cannot_be_used_beside_one_that_can_is_degraded()
    {
        (HealthReportEntry entry, _) = await CheckAsync(static collection => collection
            .AddSingleton<IDeviceKnowledge>(StubKnowledge.Failing("TORCH_SDPA", "XFORMERS"))
            .AddAttention(AttentionRegistry.Instance, Keys(("Disabled:0", "tree_attn"), ("Availability", "loadable"))));

        Assert.Equal(HealthStatus.Degraded, entry.Status);
        Assert.Equal("Attention on cpu by FLASH_ATTN, FLEX_ATTENTION; cannot be used: TORCH_SDPA, XFORMERS.", entry.Description);
        Assert.Equal("asked for a probe, accepts nothing; mend it", entry.Data["backends.failed.XFORMERS"]);
        Assert.Equal("tree_attn", entry.Data["backends.disabled"]);
    }

    [Fact]
    public async Task Without_a_usable_backend_it_is_unhealthy()
    {
        (HealthReportEntry entry, _) = await CheckAsync(static collection => collection
            .AddSingleton<IDeviceKnowledge>(new StubKnowledge([.. AttentionRegistry.Backends.Select(static backend => backend.Name)]))
            .AddAttention(AttentionRegistry.Instance, static options => options.Availability = "Probed"));

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.StartsWith("None of the 5 backends for cpu can be used. Failed: ", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_registered_backend_for_the_device_it_is_unhealthy()
    {
        (HealthReportEntry entry, _) = await CheckAsync(
            static collection => collection.AddAttention(AttentionRegistry.Instance), new AttentionDevice(DeviceKind.Tpu));

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.StartsWith("No registered backend runs on tpu. Registered: FLASHINFER, FLASH_ATTN, ", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_libtorch_it_is_what_the_application_calls_a_failure()
    {
        (HealthReportEntry entry, _) = await CheckAsync(
            static collection => collection.AddSingleton<ILibtorch>(new NoLibtorch()).AddAttention(AttentionRegistry.Instance), default, HealthStatus.Degraded);

        Assert.Equal((HealthStatus.Degraded, "There is none."), (entry.Status, entry.Description));
        Assert.Equal("NotFound", entry.Data["libtorch.failure"]);
    }

    [Fact]
    public async Task Without_the_device_it_is_unhealthy()
    {
        Assert.SkipWhen(LibtorchRuntime.CudaDeviceCount > 0, "This machine has a CUDA device.");
        (HealthReportEntry entry, _) = await CheckAsync(static collection => collection.AddAttention(AttentionRegistry.Instance), new AttentionDevice(DeviceKind.Cuda));

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.IsType<LibtorchLoadException>(entry.Exception);
        Assert.Equal("cuda:0", entry.Data["device"]);
    }

    [Fact]
    public async Task Wrong_options_are_unhealthy()
    {
        (HealthReportEntry entry, _) = await CheckAsync(static collection => collection.AddAttention(AttentionRegistry.Instance, Keys(("Rules", "none"))));

        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("Attention:Rules is 'none'.", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_without_attention_says_what_is_missing()
    {
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => CheckAsync(static _ => { }));
        Assert.Contains("Call services.AddAttention(AttentionRegistry.Instance) too.", error.Message, StringComparison.Ordinal);
    }

    private static async Task<(HealthReportEntry Entry, ServiceProvider Services)> CheckAsync(
        Action<IServiceCollection> add, AttentionDevice device = default, HealthStatus? failure = null)
    {
        ServiceProvider services = Provide(
            collection =>
            {
                add(collection);
                collection.AddHealthChecks().AddAttention(device, failureStatus: failure);
            },
            new RecordedLog());
        HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        return (report.Entries["attention"], services);
    }

    private sealed class NoLibtorch : ILibtorch
    {
        public int CudaDeviceCount => 0;

        public LibtorchInstallation Load(LibtorchOptions options) => throw new LibtorchLoadException(LibtorchLoadFailure.NotFound, "There is none.");

        public AttentionDevice Describe(AttentionDevice device) => device;

        public DeviceEnvironment EnvironmentOf(AttentionDevice device) => throw new NotSupportedException();
    }
}
