namespace AttentionGen.Cuda.Benchmarks.Reporting;

/// <summary>One piece of work, done by all its contenders.</summary>
/// <param name="Group">The group of measurements.</param>
/// <param name="Work">What was done.</param>
/// <param name="Contenders">Who did it.</param>
/// <param name="Error">Why it was not done; null where it was.</param>
internal sealed record ReportRow(string Group, string Work, IReadOnlyList<MeasuredContender> Contenders, string? Error = null)
{
    /// <summary>Whether something failed.</summary>
    public bool IsFailure => Error is not null || Contenders.Any(static contender => contender.IsFailure);
}
