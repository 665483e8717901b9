using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>A prefix that all requests share, attended to once: the answer is what it is without saying so.</summary>
internal static class CascadeGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        IEnumerable<AttentionCase> cases =
            from type in choices.TwoElementTypes
            from pages in choices.IsFull || type == choices.ElementTypes[0] ? (int[])[1, 4, 20] : [4]
            let shared = pages * choices.Small.PageSize
            let batch = NamedBatches.Of("common_prefix", [shared + 9, shared + 1, shared + 40, shared, shared + 2], [4, 1, 17, 0, 1])
            let plain = choices.Small.With(batch) with { ElementType = type, SharedPages = pages, Cascade = true }
            from attentionCase in (AttentionCase[])
            [
                plain,
                plain with { LogSumExp = true },
                plain with { SoftCap = 5 },
                plain with { Sinks = SinkKind.Ordinary },
                plain with { SlidingWindow = 30 },
                plain with { SlidingWindow = shared + 5 },
                plain with { Alibi = true },
                plain.With(NamedBatches.Of("one_request", [shared + 9], [4])),
            ]
            select attentionCase;
        return cases.Where(choices.Accepts).Select(static attentionCase => new StepCheck(CheckGroups.Cascade, attentionCase));
    }
}
