using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Page sizes, shared pages, layouts of the cache, and new keys that are in the cache already. Pages are out of order in every case.</summary>
internal static class PageGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        foreach (ElementType type in choices.TwoElementTypes)
        {
            foreach (int size in choices.PageSizes)
            {
                AttentionCase paged = choices.Small with { PageSize = size, ElementType = type };
                NamedBatch sharing = NamedBatches.Of("sharing", [(2 * size) + 9, (2 * size) + 1, (3 * size) + 20], [7, 1, 3]);
                yield return new StepCheck(CheckGroups.Pages, paged.With(batches.Ragged));
                yield return new StepCheck(CheckGroups.Pages, paged.With(batches.Boundaries));
                yield return new StepCheck(CheckGroups.Pages, paged.With(sharing) with { SharedPages = 2 });
            }

            foreach (NamedBatch batch in (NamedBatch[])[batches.MixedSmall, batches.Prompts])
                yield return new StepCheck(CheckGroups.Pages, choices.Small.With(batch) with { ElementType = type, SkipsStoring = true });
            foreach (KeyValueCacheLayout layout in choices.OtherCacheLayouts)
            {
                AttentionCase prompts = choices.Small.With(batches.Prompts) with { ElementType = type, CacheLayout = layout };
                yield return new StepCheck(CheckGroups.Pages, choices.Small.With(batches.Ragged) with { ElementType = type, CacheLayout = layout });
                yield return new StepCheck(CheckGroups.Pages, prompts);
                AttentionCase wideValues = prompts with { ValueHeadSize = 2 * prompts.HeadSize };
                if (choices.Accepts(wideValues))
                    yield return new StepCheck(CheckGroups.Pages, wideValues);
            }
        }
    }
}
