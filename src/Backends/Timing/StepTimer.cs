using System.Collections.Immutable;
using AttentionGen.Libtorch;

namespace AttentionGen.Timing;

/// <summary>Times backends on one step, in turn, over the same random numbers (docs/availability.md).</summary>
public static class StepTimer
{
    /// <summary>Times one layer's forward pass on each of some backends.</summary>
    /// <param name="registry">Whose backends: <c>AttentionRegistry.Instance</c>. Run-time overrides hold.</param>
    /// <param name="device">The device; libtorch is loaded for it.</param>
    /// <param name="shape">The step.</param>
    /// <param name="backends">The names of the backends, in any case; the results of all are compared with the first one's. Empty: all that are registered.</param>
    /// <param name="options">How long to measure; null: the default.</param>
    /// <returns>The times. A backend that does not support the step or throws is in it with the reason.</returns>
    /// <exception cref="ArgumentException">The shape or an option is not possible.</exception>
    /// <exception cref="UnknownBackendException">A name is not registered.</exception>
    /// <exception cref="LibtorchLoadException">libtorch cannot be loaded for the device, or the device is not there.</exception>
    /// <exception cref="OperationCanceledException"><see cref="TimingOptions.Cancellation"/> was cancelled.</exception>
    public static StepTiming Time(
        AttentionBackendRegistry registry, AttentionDevice device, StepShape shape, ImmutableArray<string> backends = default, TimingOptions? options = null) =>
        throw new NotImplementedException();
}
