namespace AttentionGen.Timing;

/// <summary>How far a tuner is.</summary>
/// <param name="Completed">The number of steps that were timed, this one included.</param>
/// <param name="Total">The number of steps to time.</param>
/// <param name="Latest">The step that was timed.</param>
public sealed record TuningProgress(int Completed, int Total, StepTiming Latest);
