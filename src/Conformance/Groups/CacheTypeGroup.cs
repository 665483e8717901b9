using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>
/// Caches of another type than the queries'. The reference works on what the cache holds, multiplied by its scale, so that
/// what quantising loses is not the backend's error.
/// </summary>
internal static class CacheTypeGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        IEnumerable<AttentionCase> cases =
            from type in choices.ElementTypes
            from cacheType in choices.CacheElementTypes
            where cacheType != type
            from batch in choices.IsFull ? (NamedBatch[])[batches.MixedSmall, batches.Ragged, batches.Prompts, batches.Boundaries] : [batches.MixedSmall, batches.Prompts]
            from scales in choices.IsFull ? Scales(cacheType) : Scales(cacheType).Take(2)
            select choices.Small.With(batch) with { ElementType = type, CacheElementType = cacheType, KeyScale = scales.Key, ValueScale = scales.Value };
        AttentionCase[] accepted = [.. cases.Where(choices.Accepts)];
        foreach (AttentionCase attentionCase in accepted)
            yield return new StepCheck(CheckGroups.CacheTypes, attentionCase);
        foreach (AttentionCase attentionCase in accepted.Where(static attentionCase => attentionCase.Batch == "prompts" && IsScaled(attentionCase.EffectiveCacheType)))
            yield return new RoundedStoreCheck(attentionCase);
    }

    // Products of these and an 8-bit number fit into 16 bits, so that nothing is lost on the way to the cache.
    private static (float Key, float Value)[] Scales(ElementType type) => IsScaled(type) ? [(1, 1), (0.75f, 1.5f), (2, 0.25f)] : [(1, 1)];

    /// <summary>Whether layers scale caches of a type.</summary>
    public static bool IsScaled(ElementType type) => type is ElementType.Float8E4M3 or ElementType.Float8E5M2;
}
