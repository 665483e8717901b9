namespace TextGeneration.Benchmarks;

/// <summary>One figure over several runs.</summary>
internal sealed record Sample(int Runs, double Median, double Minimum, double Maximum)
{
    public static Sample Of(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return new Sample(ordered.Length, (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2, ordered[0], ordered[^1]);
    }
}
