using System.Collections.Immutable;
using AttentionGen.Libtorch;

namespace AttentionGen.Timing;

/// <summary>Measures a ranking of backends: every one that supports a shape and can run on the device, in turn.</summary>
public static class AttentionTuner
{
    /// <summary>Times all shapes on all backends that support them and can run.</summary>
    /// <param name="registry">Whose backends: <c>AttentionRegistry.Instance</c>.</param>
    /// <param name="device">The device; libtorch is loaded for it.</param>
    /// <param name="shapes">The shapes.</param>
    /// <param name="options">Which backends, how long, and who is told; null: the default.</param>
    /// <returns>The rankings; a shape that no backend could be timed for has no entry.</returns>
    /// <exception cref="ArgumentException">A shape or an option is not possible.</exception>
    /// <exception cref="UnknownBackendException">The options name a backend that is not registered.</exception>
    /// <exception cref="LibtorchLoadException">libtorch cannot be loaded for the device, or the device is not there.</exception>
    /// <exception cref="OperationCanceledException"><see cref="TimingOptions.Cancellation"/> was cancelled.</exception>
    public static TuningResult Tune(
        AttentionBackendRegistry registry, AttentionDevice device, IReadOnlyList<StepShape> shapes, TuningOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(shapes);
        options ??= new TuningOptions();
        options.Timing.Validate();
        foreach (StepShape shape in shapes)
            shape.Validate();

        string[] names = [.. (options.Backends.IsDefaultOrEmpty ? registry.Backends.Select(static backend => backend.Name) : options.Backends.Select(name => registry.Resolve(name.Trim()).Name)).Distinct()];
        DeviceEnvironment environment = LibtorchRuntime.EnvironmentOf(device);
        AvailabilitySnapshot availability = BackendProbe.Run(registry, device, options.Probe with { Backends = [.. names] });
        BackendTiming[] unusable =
        [
            .. availability.Backends.Where(static backend => !backend.IsUsable).Select(static backend => new BackendTiming
            {
                Name = backend.Name, Outcome = TimingOutcome.NotAvailable, Explanation = backend.Problem!.ToString(),
            }),
        ];

        ImmutableArray<string> usable = [.. names.Except(unusable.Select(static backend => backend.Name))];
        var steps = ImmutableArray.CreateBuilder<StepTiming>(shapes.Count);
        foreach (StepShape shape in shapes)
        {
            options.Timing.Cancellation.ThrowIfCancellationRequested();
            StepTiming timing = usable.IsEmpty
                ? new StepTiming { Device = environment.Device, Shape = shape, Backends = [] }
                : StepTimer.Time(registry, device, shape, usable, options.Timing);
            steps.Add(timing with { Backends = [.. timing.Backends, .. unusable] });
            options.Progress?.Report(new TuningProgress(steps.Count, shapes.Count, steps[^1]));
        }

        TuningTable table = new([.. steps.Select(static step => step.ToTuningEntry()).OfType<TuningEntry>()]);
        return new TuningResult(new TuningFile(environment, table), steps.MoveToImmutable(), availability);
    }
}
