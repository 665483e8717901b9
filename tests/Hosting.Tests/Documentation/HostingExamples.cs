using System.Diagnostics.CodeAnalysis;
using AttentionGen.Hosting;
using AttentionGen.Libtorch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AttentionGen.Tests.Documentation;

/// <summary>The examples of docs/hosting.md and docs/observability.md, which run with the settings of the page.</summary>
public sealed class HostingExamples
{
    [Fact]
    [SuppressMessage("Usage", "xUnit1051:Pass the test's token", Justification = "The page's line.")]
    public async Task Start()
    {
        string[] args = [$"--contentRoot={WriteSettings()}"];
        LibtorchRuntime.Load();   // or with options: where libtorch lies, for CUDA (libtorch.md)
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddAttention(AttentionRegistry.Instance, builder.Configuration.GetSection("Attention"));
        builder.Services.AddHealthChecks().AddAttention();
        builder.Services.AddSingleton<Model>();
        using IHost host = builder.Build();
        await host.StartAsync();

        AttentionRequest request = TestServices.Request with { Layer = 3, Phase = AttentionPhase.Decode };
        using PagedAttentionBackend chosen = host.Services.GetRequiredService<Model>().CreateBackend(request);
        using PagedAttentionBackend other = host.Services.GetRequiredService<Model>().CreateBackend(request with { Layer = 4 });
        Assert.Equal(("FLEX_ATTENTION", "TORCH_SDPA"), (chosen.Descriptor.Name, other.Descriptor.Name));
        HealthReport health = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Equal("FLEX_ATTENTION, TORCH_SDPA", health.Entries["attention"].Data["backends.selected"]);
        await host.StopAsync(TestContext.Current.CancellationToken);
        Directory.Delete(args[0]["--contentRoot=".Length..], recursive: true);
    }

    [Fact]
    public void Code()
    {
        ServiceCollection services = new();
        services.AddAttention(AttentionRegistry.Instance, options =>
        {
            options.Disabled.Add("XFORMERS");
            options.Choices.Add(new AttentionChoiceOptions { Layers = "0-3", Backend = "FLEX_ATTENTION" });
        });

        using ServiceProvider provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        Assert.Equal("FLEX_ATTENTION", provider.Select(TestServices.Request with { Layer = 0 }));
    }

    [Fact]
    public void Health()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddHealthChecks().AddAttention(AttentionDevice.Parse("cuda:0"), tags: ["ready"]);

        using ServiceProvider provider = builder.Services.BuildServiceProvider();
        HealthCheckRegistration check = Assert.Single(provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations);
        Assert.Equal(["ready"], check.Tags);
    }

    [Fact]
    public void Observe()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Services.AddOpenTelemetry()
            .WithMetrics(static metrics => metrics.AddMeter(AttentionTelemetry.MeterName))
            .WithTracing(static traces => traces.AddSource(AttentionTelemetry.ActivitySourceName));

        using ServiceProvider provider = builder.Services.BuildServiceProvider();
        Assert.NotNull(provider.GetRequiredService<MeterProvider>());
        Assert.NotNull(provider.GetRequiredService<TracerProvider>());
    }

    private static string WriteSettings()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("attention-");
        File.WriteAllText(Path.Combine(folder.FullName, "appsettings.json"), HostingPageTests.Settings);
        return folder.FullName;
    }
}
