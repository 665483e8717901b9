using System.Collections.Immutable;

namespace AttentionGen.Conformance.Judgement;

/// <summary>What came of a check.</summary>
internal sealed record CaseOutcome(
    ConformanceVerdict Verdict, ImmutableArray<ConformanceMeasure> Measures, ImmutableArray<string> Reasons)
{
    public static CaseOutcome Failed(string reason) => new(ConformanceVerdict.Failed, [], [reason]);

    public static CaseOutcome Refused(IEnumerable<string> reasons) => new(ConformanceVerdict.Refused, [], [.. reasons]);
}
