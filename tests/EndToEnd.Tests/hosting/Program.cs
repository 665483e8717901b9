using AttentionGen;
using AttentionGen.Hosting;
using Hosted;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddAttention(AttentionRegistry.Instance, builder.Configuration.GetSection("Attention"));
builder.Services.AddHealthChecks().AddAttention();
using IHost host = builder.Build();
try
{
    await host.StartAsync();
}
catch (OptionsValidationException error)
{
    foreach (string failure in error.Failures)
        Console.WriteLine($"failure {failure}");
    return 1;
}

IAttentionSelector attention = host.Services.GetRequiredService<IAttentionSelector>();
AttentionRequest request = new()
{
    Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 8, KeyValueHeads = 2,
    Layer = 2, Phase = AttentionPhase.Decode,
};
Show("configured", request);
Show("by layer", request with { Layer = 1 });
Show("by kind", request with { Features = AttentionFeatures.SlidingWindow });
Show("by request", request with { Backend = "FLEX_ATTENTION" });
try
{
    attention.Select(request with { Backend = "TORCH_SDPA" });
}
catch (BackendSelectionException error)
{
    Console.WriteLine($"refused {error.Message}");
}

HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
HealthReportEntry health = report.Entries["attention"];
Console.WriteLine($"health {health.Status} {health.Data["device"]} selected {(health.Data.TryGetValue("backends.selected", out object? names) ? names : "unknown")}");
await host.StopAsync();
return 0;

void Show(string what, AttentionRequest asked)
{
    Selection selection = attention.Select(asked);
    Console.WriteLine($"{what}: {selection.Backend.Name} {selection.Source}");
}

namespace Hosted
{
    [AttentionBackend("HOSTED_ATTN")]
    [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
    internal sealed class HostedAttention : IAttentionBackend;
}
