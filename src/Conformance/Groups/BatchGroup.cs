using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Every batch, in every element type.</summary>
internal static class BatchGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        foreach (ElementType type in choices.ElementTypes)
        {
            foreach (NamedBatch batch in batches.Specifications())
                yield return Step(choices.Plain, batch, type);
            foreach (NamedBatch batch in batches.Awkward())
                yield return Step(choices.Small, batch, type);
        }
    }

    private static StepCheck Step(AttentionCase attentionCase, NamedBatch batch, ElementType type) =>
        new(CheckGroups.Batches, attentionCase.With(batch) with { ElementType = type });
}
