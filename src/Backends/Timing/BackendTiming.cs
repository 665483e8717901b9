namespace AttentionGen.Timing;

/// <summary>How long one backend took for a step, or why it was not timed.</summary>
public sealed record BackendTiming
{
    /// <summary>The backend's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it was timed; if not, the times are 0 and <see cref="Explanation"/> says why.</summary>
    public required TimingOutcome Outcome { get; init; }

    /// <summary>The median time of one layer's forward pass, in microseconds.</summary>
    public double MedianMicroseconds { get; init; }

    /// <summary>The shortest, in microseconds.</summary>
    public double MinimumMicroseconds { get; init; }

    /// <summary>The time of the plan's update, once a step for all layers: the median of the runs, in microseconds.</summary>
    public double PlanMicroseconds { get; init; }

    /// <summary>The number of samples.</summary>
    public int Runs { get; init; }

    /// <summary>How many forward passes one sample is the mean of: 1 on the CPU, more for short steps on a GPU.</summary>
    public int PassesPerRun { get; init; }

    /// <summary>How many layers' caches the passes took turns in, so that no step finds its keys in the processor's caches.</summary>
    public int Layers { get; init; }

    /// <summary>
    /// The largest difference of a row (of one head) from the first backend's, as a part of the row's length; 0 for the first.
    /// </summary>
    public double Difference { get; init; }

    /// <summary>Why it was not timed; null where it was.</summary>
    public string? Explanation { get; init; }
}
