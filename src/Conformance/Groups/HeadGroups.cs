using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Numbers of heads and their sizes.</summary>
internal static class HeadGroups
{
    public static IEnumerable<BatteryCheck> OfHeads(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        NamedBatch[] some = [batches.MixedSmall, batches.Prompts, batches.Boundaries];
        return
            from type in choices.TwoElementTypes
            from heads in choices.Heads
            from batch in choices.IsFull ? some : type == choices.ElementTypes[0] ? [batches.MixedSmall, batches.Boundaries] : [batches.Prompts]
            select new StepCheck(CheckGroups.Heads, choices.Small.WithHeads(heads.Query, heads.KeyValue).With(batch) with { ElementType = type });
    }

    public static IEnumerable<BatteryCheck> OfHeadSizes(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        const int MostlyUsed = 10;
        foreach (ElementType type in choices.ElementTypes)
        {
            bool isThorough = choices.IsFull || type == choices.ElementTypes[0];
            NamedBatch[] some = choices.IsFull ? [batches.MixedSmall, batches.Ragged, batches.Boundaries] : [batches.MixedSmall];
            foreach (int size in isThorough ? choices.HeadSizes : choices.HeadSizes.Take(MostlyUsed))
            {
                AttentionCase sized = choices.Small.WithHeadSize(size) with { ElementType = type };
                foreach (NamedBatch batch in some)
                    yield return new StepCheck(CheckGroups.HeadSizes, sized.With(batch));
                if (sized.Form != AttentionForm.MultiHead || !isThorough)
                    continue;
                foreach (int valueSize in (int[])[size / 2, 2 * size, size + 8, 128])
                {
                    AttentionCase other = sized.With(batches.MixedSmall) with { ValueHeadSize = valueSize };
                    if (valueSize > 0 && valueSize != size && choices.Accepts(other))
                        yield return new StepCheck(CheckGroups.HeadSizes, other);
                }
            }
        }
    }
}
