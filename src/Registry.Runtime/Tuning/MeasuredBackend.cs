namespace AttentionGen;

/// <summary>How long one backend took for the shape of a <see cref="TuningEntry"/>.</summary>
/// <param name="Name">The backend's name.</param>
/// <param name="Microseconds">The median time of a step.</param>
public sealed record MeasuredBackend(string Name, double Microseconds);
