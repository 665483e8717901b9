using AttentionGen;
using AttentionGen.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a check of attention to an application's health checks.</summary>
public static class AttentionHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check whether attention can be computed on a device. Unhealthy without libtorch, the device or a backend for it;
    /// degraded where some backends cannot be used and others can.
    /// </summary>
    /// <param name="builder">The application's health checks. The services need <c>AddAttention</c> too.</param>
    /// <param name="device">The device that the application runs on; left out: the CPU.</param>
    /// <param name="name">What the check is called.</param>
    /// <param name="failureStatus">What is reported in the place of <see cref="HealthStatus.Unhealthy"/>; null: that.</param>
    /// <param name="tags">By what checks are filtered; null: none.</param>
    /// <param name="timeout">How long the check may take; null: as long as it takes.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <remarks>
    /// The check loads libtorch for the device where nothing has. An application that keeps it in a place of its own calls
    /// <see cref="AttentionGen.Libtorch.LibtorchRuntime.Load"/> before the host starts. The check's data are texts: the device,
    /// libtorch's version and folder, and the backends that are usable, failed, disabled and selected so far.
    /// </remarks>
    public static IHealthChecksBuilder AddAttention(
        this IHealthChecksBuilder builder, AttentionDevice device = default, string name = "attention",
        HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, services => Make(services, device), failureStatus, tags, timeout));
    }

    private static AttentionHealthCheck Make(IServiceProvider services, AttentionDevice device)
    {
        DeviceSelectionOptions options = services.GetService<DeviceSelectionOptions>() ?? throw new InvalidOperationException(
            "The health check of attention was added, and attention was not. Call services.AddAttention(AttentionRegistry.Instance) too.");
        return new AttentionHealthCheck(
            device, services.GetRequiredService<AttentionBackendRegistry>(), options,
            services.GetRequiredService<SelectionHistory>(), services.GetRequiredService<ILibtorch>());
    }
}
