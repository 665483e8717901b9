namespace AttentionGen.Benchmarks;

/// <summary>How long a contender took.</summary>
/// <param name="Name">The contender.</param>
/// <param name="Median">The median of its runs, in seconds.</param>
/// <param name="Minimum">The shortest.</param>
/// <param name="Maximum">The longest.</param>
/// <param name="Runs">The number of runs.</param>
internal sealed record TimedContender(string Name, double Median, double Minimum, double Maximum, int Runs)
{
    public static TimedContender From(string name, IReadOnlyCollection<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return new TimedContender(name, sorted[sorted.Length / 2], sorted[0], sorted[^1], sorted.Length);
    }
}
