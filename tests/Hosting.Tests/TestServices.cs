using System.Text;
using AttentionGen.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AttentionGen.Tests;

internal static class TestServices
{
    public static AttentionRequest Request { get; } = new()
    {
        Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 8, KeyValueHeads = 2,
    };

    /// <summary>The section Attention of a JSON document that holds it.</summary>
    public static IConfigurationSection Json(string options) => new ConfigurationBuilder()
        .AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes($$"""{ "Attention": {{options}} }""")))
        .Build().GetSection("Attention");

    /// <summary>The section Attention of keys and values.</summary>
    public static IConfigurationSection Keys(params (string Key, string? Value)[] options) => new ConfigurationBuilder()
        .AddInMemoryCollection(options.Select(static option => KeyValuePair.Create($"Attention:{option.Key}", option.Value)))
        .Build().GetSection("Attention");

    public static ServiceProvider Provide(Action<IServiceCollection> add, RecordedLog? log = null)
    {
        ServiceCollection services = new();
        if (log is not null)
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        add(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public static ServiceProvider Provide(IConfigurationSection section, RecordedLog? log = null) =>
        Provide(services => services.AddAttention(AttentionRegistry.Instance, section), log);

    public static string Select(this IServiceProvider services, AttentionRequest request) =>
        services.GetRequiredService<IAttentionSelector>().Select(request).Backend.Name;

    /// <summary>What the options of a section fail with when the application starts.</summary>
    public static IEnumerable<string> FailuresOf(IConfigurationSection section) => FailuresOf(services => services.AddAttention(AttentionRegistry.Instance, section));

    public static IEnumerable<string> FailuresOf(Action<IServiceCollection> add)
    {
        using ServiceProvider services = Provide(add);
        return Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate).Failures;
    }
}
