namespace AttentionGen.Conformance;

/// <summary>A case that has ended, and how many there are.</summary>
/// <param name="Completed">The number of cases that have ended, this one included.</param>
/// <param name="Total">The number of cases of the run.</param>
/// <param name="Case">The case.</param>
public sealed record ConformanceProgress(int Completed, int Total, ConformanceCase Case);
