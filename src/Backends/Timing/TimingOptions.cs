namespace AttentionGen.Timing;

/// <summary>How long and how often each backend runs when it is timed.</summary>
public sealed record TimingOptions
{
    /// <summary>Runs before the first that counts.</summary>
    public int WarmUpRuns { get; init; } = 3;

    /// <summary>The least number of samples of each backend.</summary>
    public int MinimumRuns { get; init; } = 20;

    /// <summary>For how long each backend is sampled at least.</summary>
    public TimeSpan MinimumTime { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// For how long each backend is sampled at most, once it has three samples: one that is much slower than the others ends
    /// with fewer than <see cref="MinimumRuns"/>.
    /// </summary>
    public TimeSpan MaximumTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How far the result of a backend may be from that of the first, as a part of a row's length, before it is reported as
    /// different and not ranked. Roundings of 16-bit types differ by less than a tenth of the default.
    /// </summary>
    public double LargestDifference { get; init; } = 0.1;

    /// <summary>Ends the timing between two runs.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Throws where a number is not possible.</summary>
    /// <exception cref="ArgumentException">The message names the number.</exception>
    public void Validate()
    {
        if (WarmUpRuns < 0)
            throw new ArgumentException($"{nameof(WarmUpRuns)} is {WarmUpRuns}. It must be at least 0.");
        if (MinimumRuns < 1)
            throw new ArgumentException($"{nameof(MinimumRuns)} is {MinimumRuns}. It must be at least 1.");
        if (MinimumTime < TimeSpan.Zero || MaximumTime < MinimumTime)
            throw new ArgumentException($"{nameof(MinimumTime)} is {MinimumTime} and {nameof(MaximumTime)} {MaximumTime}. They must be at least 0 and in this order.");
        if (!(LargestDifference > 0))
            throw new ArgumentException($"{nameof(LargestDifference)} is {LargestDifference}. It must be above 0.");
    }
}
