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
        AttentionBackendRegistry registry, AttentionDevice device, IReadOnlyList<StepShape> shapes, TuningOptions? options = null) =>
        throw new NotImplementedException();
}
