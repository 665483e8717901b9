using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Every pair of declared choices together in some case.</summary>
internal static class PairGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        Func<AttentionCase, AttentionCase>[][] parameters = [.. Parameters(choices).Select(changes => changes.ToArray())];
        int[] counts = [.. parameters.Select(static changes => changes.Length)];
        foreach (int[] row in PairwiseCover.Create(counts))
        {
            AttentionCase attentionCase = choices.Small;
            for (int parameter = 0; parameter < row.Length; parameter++)
                attentionCase = parameters[parameter][row[parameter]](attentionCase);
            if (choices.Accepts(attentionCase))
                yield return new StepCheck(CheckGroups.Pairs, attentionCase);
        }
    }

    private static IEnumerable<IEnumerable<Func<AttentionCase, AttentionCase>>> Parameters(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        bool isFull = choices.IsFull;
        AttentionCase plain = choices.Small.With(batches.MixedSmall);

        // Without a change first; each other choice only where the declaration has nothing against it alone.
        IEnumerable<Func<AttentionCase, AttentionCase>> Declared(params Func<AttentionCase, AttentionCase>[] changes) =>
            changes.Where(change => choices.Accepts(change(plain))).Prepend(static attentionCase => attentionCase);

        NamedBatch[] some = isFull
            ? [batches.MixedSmall, batches.Ragged, batches.Prompts, batches.Boundaries, .. batches.Specifications().Where(static batch => batch.Name is "single_prefill" or "medium_decode" or "chunked_context_prefill")]
            : [batches.MixedSmall, batches.Ragged, batches.Prompts, batches.Boundaries];
        yield return some.Select(batch => (Func<AttentionCase, AttentionCase>)(attentionCase => attentionCase.With(batch)));
        yield return choices.ElementTypes.Select(type => (Func<AttentionCase, AttentionCase>)(attentionCase => attentionCase with { ElementType = type }));
        yield return choices.Heads.Take(isFull ? 8 : 6).Select(heads => (Func<AttentionCase, AttentionCase>)(attentionCase => attentionCase.WithHeads(heads.Query, heads.KeyValue)));
        yield return Usual(choices.HeadSizes, isFull ? 10 : 5).Select(size => (Func<AttentionCase, AttentionCase>)(attentionCase => attentionCase.WithHeadSize(size)));
        yield return choices.PageSizes.Take(isFull ? 8 : 4).Select(size => (Func<AttentionCase, AttentionCase>)(attentionCase => attentionCase with { PageSize = size }));
        yield return Declared(static c => c with { SlidingWindow = 1 }, static c => c with { SlidingWindow = 9 }, static c => c with { SlidingWindow = 40 }, static c => c with { SlidingWindow = 5000 });
        yield return Declared(static c => c with { SoftCap = 5 }, static c => c with { SoftCap = 30 });
        yield return Declared(static c => c with { Alibi = true });
        yield return Declared(static c => c with { Sinks = SinkKind.Ordinary }, static c => c with { Sinks = SinkKind.Dominant });
        yield return Declared(static c => c with { Scale = 0.3f }, static c => c with { Scale = -0.1f });
        yield return Declared(static c => c with { Causal = false });
        yield return Declared(static c => c with { LogSumExp = true });
        yield return Declared(static c => c with { Layout = OperandLayout.PaddedRows }, static c => c with { Layout = OperandLayout.HeadsFirst });
        yield return Declared([.. choices.CacheElementTypes.Select(type => (Func<AttentionCase, AttentionCase>)(c => WithCacheType(c, type)))]);
        yield return Declared(static c => c.Form == AttentionForm.MultiHead ? c with { ValueHeadSize = 32 } : c);
    }

    private static AttentionCase WithCacheType(AttentionCase attentionCase, ElementType type) => type == attentionCase.ElementType ? attentionCase : attentionCase with
    {
        CacheElementType = type,
        KeyScale = CacheTypeGroup.IsScaled(type) ? 0.75f : 1,
        ValueScale = CacheTypeGroup.IsScaled(type) ? 1.5f : 1,
    };

    /// <summary>Some head sizes from the whole list, its first and last among them.</summary>
    private static IEnumerable<int> Usual(int[] sizes, int count) => sizes.Length <= count
        ? sizes
        : Enumerable.Range(0, count).Select(i => sizes[i * (sizes.Length - 1) / (count - 1)]);
}
