using System.Collections.Immutable;

namespace AttentionGen.Timing;

/// <summary>What a tuner measured.</summary>
/// <param name="Tuning">The rankings, and what they were measured on: what <see cref="TuningStore.Save"/> takes.</param>
/// <param name="Steps">Each step with all its backends, in the order of the shapes that were given.</param>
/// <param name="Availability">What was found about the backends before.</param>
public sealed record TuningResult(TuningFile Tuning, ImmutableArray<StepTiming> Steps, AvailabilitySnapshot Availability);
