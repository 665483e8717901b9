using AttentionGen;
using AttentionGen.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the selection of attention backends to an application's services.</summary>
public static class AttentionServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="IAttentionSelector"/> over a registry, and the registry itself. Its options are checked when the host
    /// starts.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="registry">The application's registry: <c>AttentionRegistry.Instance</c>.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <remarks>
    /// May be called several times: options add up, and services that are there already stay. An <see cref="IAttentionSelector"/>
    /// of your own that is added before takes the place of this one.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Another registry has been added before.</exception>
    public static IServiceCollection AddAttention(this IServiceCollection services, AttentionBackendRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(registry);
        ThrowIfOtherRegistry(services, registry);
        services.TryAddSingleton(registry);
        services.TryAddSingleton<SelectionLog>();
        services.TryAddSingleton<SelectionHistory>();
        services.TryAddSingleton<IDeviceKnowledge, MachineKnowledge>();
        services.TryAddSingleton<DeviceSelectionOptions>();
        services.TryAddSingleton<ILibtorch, ProcessLibtorch>();
        services.TryAddSingleton<IAttentionSelector, ConfiguredAttentionSelector>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AttentionOptions>, AttentionOptionsValidator>());
        services.AddOptions<AttentionOptions>().ValidateOnStart();
        return services;
    }

    /// <inheritdoc cref="AddAttention(IServiceCollection, AttentionBackendRegistry)"/>
    /// <param name="services">The application's services.</param>
    /// <param name="registry">The application's registry: <c>AttentionRegistry.Instance</c>.</param>
    /// <param name="configure">Sets options, after those of configuration sections that were added before.</param>
    public static IServiceCollection AddAttention(
        this IServiceCollection services, AttentionBackendRegistry registry, Action<AttentionOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        services.AddAttention(registry);
        services.Configure(configure);
        return services;
    }

    /// <inheritdoc cref="AddAttention(IServiceCollection, AttentionBackendRegistry)"/>
    /// <param name="services">The application's services.</param>
    /// <param name="registry">The application's registry: <c>AttentionRegistry.Instance</c>.</param>
    /// <param name="section">
    /// The section that holds the options, for example <c>builder.Configuration.GetSection("Attention")</c>. Every key in it has
    /// to be an option's.
    /// </param>
    public static IServiceCollection AddAttention(
        this IServiceCollection services, AttentionBackendRegistry registry, IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        services.AddAttention(registry);
        services.AddSingleton(new OptionsSection(section));
        services.AddOptions<AttentionOptions>().Bind(section);
        return services;
    }

    // The second one would be ignored without a word.
    private static void ThrowIfOtherRegistry(IServiceCollection services, AttentionBackendRegistry registry)
    {
        foreach (ServiceDescriptor service in services)
        {
            if (service.ServiceType == typeof(AttentionBackendRegistry) && !service.IsKeyedService && service.ImplementationInstance != registry)
            {
                throw new InvalidOperationException(
                    $"AddAttention was given the registry {registry.GetType().FullName}, and the services hold another one already. Give every call the registry of the application, AttentionRegistry.Instance.");
            }
        }
    }
}
