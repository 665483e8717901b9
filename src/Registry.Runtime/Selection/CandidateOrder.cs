namespace AttentionGen;

/// <summary>
/// The order in which candidates are picked: measured ones by their time, then by rank, then by name; those that are picked
/// only by name come last.
/// </summary>
internal sealed class CandidateOrder : IComparer<CandidateVerdict>
{
    public static CandidateOrder Instance { get; } = new();

    public int Compare(CandidateVerdict? x, CandidateVerdict? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        int order = (x.Rank is null).CompareTo(y.Rank is null);
        if (order == 0)
            order = (x.MeasuredMicroseconds ?? double.PositiveInfinity).CompareTo(y.MeasuredMicroseconds ?? double.PositiveInfinity);
        if (order == 0)
            order = (x.Rank ?? 0).CompareTo(y.Rank ?? 0);
        return order == 0 ? string.CompareOrdinal(x.Name, y.Name) : order;
    }
}
