using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Log-sum-exps beside the output, alone and with everything that changes scores.</summary>
internal static class LogSumExpGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        IEnumerable<AttentionCase> plain =
            from type in choices.ElementTypes
            from batch in choices.IsFull || type == choices.ElementTypes[0]
                ? (NamedBatch[])[batches.MixedSmall, batches.Ragged, batches.Prompts, batches.Boundaries]
                : [batches.Ragged]
            select choices.Small.With(batch) with { ElementType = type, LogSumExp = true };
        IEnumerable<AttentionCase> changed =
            from type in choices.IsFull ? choices.ElementTypes : [choices.ElementTypes[0]]
            let small = choices.Small.With(batches.Ragged) with { ElementType = type, LogSumExp = true }
            from attentionCase in (AttentionCase[])
            [
                .. ScoreGroup.Changes(small),
                small with { SlidingWindow = 9 },
                small with { Causal = false },
                small.With(NamedBatches.WithoutKeys) with { Causal = false },
                small with { Layout = OperandLayout.HeadsFirst },
                small with { Layout = OperandLayout.PaddedRows },
            ]
            select attentionCase;
        return plain.Concat(changed).Where(choices.Accepts).Select(static attentionCase => new StepCheck(CheckGroups.LogSumExp, attentionCase));
    }
}
