namespace AttentionGen.Cuda.Benchmarks.Reporting;

/// <summary>How long a contender took.</summary>
internal sealed record MeasuredContender
{
    /// <summary>The contender.</summary>
    public required string Name { get; init; }

    /// <summary>The median of its runs, in seconds.</summary>
    public double? Median { get; init; }

    /// <summary>The shortest, in seconds.</summary>
    public double? Minimum { get; init; }

    /// <summary>The longest, in seconds.</summary>
    public double? Maximum { get; init; }

    /// <summary>The number of runs.</summary>
    public int Runs { get; init; }

    /// <summary>Bytes or operations a second, by the median; null where neither is counted.</summary>
    public double? Rate { get; init; }

    /// <summary>GB/s or TFLOP/s, and the rate in it.</summary>
    public string? RateText { get; init; }

    /// <summary>The managed bytes that a call allocates; null where that was not measured.</summary>
    public double? ManagedBytes { get; init; }

    /// <summary>Comparisons with peers.</summary>
    public IReadOnlyList<Judgement> Judgements { get; init; } = [];

    /// <summary>The largest difference of a row of the result from the reference's, by the length of that row.</summary>
    public double? Difference { get; init; }

    /// <summary>What has to be known of the times.</summary>
    public string? Note { get; init; }

    /// <summary>Why it was not timed.</summary>
    public string? Error { get; init; }

    /// <summary>Whether the error is a failure of the run, and not a peer that does not take such work.</summary>
    public bool IsFailure { get; init; }

    /// <summary>The times of runs.</summary>
    public static MeasuredContender From(string name, IReadOnlyCollection<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return new MeasuredContender { Name = name, Median = sorted[sorted.Length / 2], Minimum = sorted[0], Maximum = sorted[^1], Runs = sorted.Length };
    }
}
