using System.Globalization;
using AttentionGen.Libtorch;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AttentionGen.Hosting;

/// <summary>
/// Whether attention can be computed on a device: unhealthy without libtorch, the device or a backend, degraded where some backends
/// cannot be used and others can. All data are texts, so that any serializer writes them.
/// </summary>
internal sealed class AttentionHealthCheck(
    AttentionDevice device, AttentionBackendRegistry registry, DeviceSelectionOptions options, SelectionHistory history, ILibtorch libtorch)
    : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(Check(context.Registration.FailureStatus));
    }

    private HealthCheckResult Check(HealthStatus failure)
    {
        Dictionary<string, object> data = new(StringComparer.Ordinal) { ["device"] = $"{device}" };
        AttentionDevice described = device;
        try
        {
            if (device.Kind is DeviceKind.Cpu or DeviceKind.Cuda)
                described = AddLibtorch(data);
        }
        catch (LibtorchLoadException error)
        {
            data["libtorch.failure"] = $"{error.Failure}";
            return new HealthCheckResult(failure, error.Message, error, data);
        }

        SelectionOptions selection = options.For(described);
        string[] names = [.. registry.Backends.Where(backend => backend.SupportFor(device.Kind) is not null).Select(static backend => backend.Name)];
        BackendAvailability[] failed = [.. (selection.Availability?.Backends ?? []).Where(static backend => !backend.IsUsable)];
        string[] usable = [.. names.Except(failed.Select(static backend => backend.Name)).Except(selection.Disabled.Select(static name => name.Trim()), StringComparer.OrdinalIgnoreCase)];
        data["backends.usable"] = ListOf(usable);
        data["backends.disabled"] = ListOf(selection.Disabled);
        data["backends.failed"] = ListOf(failed.Select(static backend => backend.Name));
        data["backends.selected"] = ListOf(history.Selections.Select(static made => made.Backend.Name).Distinct().Order(StringComparer.Ordinal));
        foreach (BackendAvailability backend in failed)
            data[$"backends.failed.{backend.Name}"] = $"{backend.Problem}";

        if (usable.Length == 0)
        {
            return new HealthCheckResult(
                failure,
                names.Length == 0
                    ? $"No registered backend runs on {described}. Registered: {ListOf(registry.Backends.Select(static backend => backend.Name))}."
                    : $"None of the {names.Length} backends for {described} can be used. Failed: {data["backends.failed"]}. Disabled: {data["backends.disabled"]}.",
                data: data);
        }

        return failed.Length > 0
            ? HealthCheckResult.Degraded($"Attention on {described} by {ListOf(usable)}; cannot be used: {data["backends.failed"]}.", data: data)
            : HealthCheckResult.Healthy($"Attention on {described} by {ListOf(usable)}.", data);
    }

    private AttentionDevice AddLibtorch(Dictionary<string, object> data)
    {
        // The device first: it loads nothing.
        AttentionDevice described = libtorch.Describe(device);
        data["device"] = $"{described}";
        if (device.Kind == DeviceKind.Cuda)
            data["cuda.devices"] = libtorch.CudaDeviceCount.ToString(CultureInfo.InvariantCulture);
        LibtorchInstallation installation = libtorch.Load(new LibtorchOptions { Device = device.Kind });
        data["libtorch.version"] = installation.Version?.ToString() ?? "unknown";
        data["libtorch.directory"] = installation.Directory;
        data["libtorch.origin"] = $"{installation.Origin}";
        data["libtorch.cuda"] = installation.HasCuda ? "true" : "false";
        DeviceEnvironment environment = libtorch.EnvironmentOf(device);
        data["device.name"] = environment.DeviceName;
        if (environment.Driver is { } driver)
            data["cuda.driver"] = driver;
        return described;
    }

    private static string ListOf(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "none";
}
