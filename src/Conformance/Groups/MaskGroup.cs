using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Causal and full attention, with and without a window.</summary>
internal static class MaskGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        IEnumerable<AttentionCase> cases =
            from type in choices.TwoElementTypes
            from batch in choices.IsFull || type == choices.ElementTypes[0]
                ? (NamedBatch[])[batches.MixedSmall, batches.Ragged, batches.Prompts, batches.Boundaries, NamedBatches.WithoutKeys]
                : [batches.Ragged, NamedBatches.WithoutKeys]
            from isCausal in (bool[])[true, false]
            from window in (int?[])[null, 1, 2, 9, 16, 17, 64, 100_000]
            where !isCausal || (window is not null && batch != NamedBatches.WithoutKeys)
            select choices.Small.With(batch) with { ElementType = type, Causal = isCausal, SlidingWindow = window };
        return cases.Where(choices.Accepts).Select(static attentionCase => new StepCheck(CheckGroups.Masks, attentionCase));
    }
}
