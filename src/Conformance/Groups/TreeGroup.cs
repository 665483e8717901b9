using System.Collections.Immutable;
using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Trees of speculated tokens: a row's answer is that of causal attention over its branch.</summary>
internal static class TreeGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        IEnumerable<AttentionCase> published =
            from batch in Published(choices.IsFull)
            from type in choices.IsFull ? choices.ElementTypes : [choices.ElementTypes[0]]
            from heads in (int[])[2, 4]
            select choices.Small.WithHeads(heads, 2).With(batch) with { ElementType = type, PageSize = choices.PageSizes.Contains(32) ? 32 : choices.Small.PageSize };
        IEnumerable<AttentionCase> own =
            from batch in Own()
            from type in choices.TwoElementTypes
            let plain = choices.Small.With(batch) with { ElementType = type }
            from attentionCase in (AttentionCase[])
            [
                plain,
                plain with { SlidingWindow = 4 },
                plain with { Alibi = true, LogSumExp = true },
                plain with { LogSumExp = true },
                plain with { SoftCap = 5, Sinks = SinkKind.Ordinary },
            ]
            select attentionCase;
        return published.Concat(own).Where(choices.Accepts).Select(static attentionCase => new StepCheck(CheckGroups.Tree, attentionCase));
    }

    /// <summary>vLLM's <c>test_tree_attention.py</c>: a chain and a tree, after 16, 1024 and 2048 tokens.</summary>
    private static IEnumerable<NamedBatch> Published(bool isFull)
    {
        foreach ((string name, ImmutableArray<ulong> tree) in ((string, ImmutableArray<ulong>)[])[("chain", NamedTrees.Chain), ("tree", NamedTrees.Binary)])
        {
            foreach (int requests in isFull ? (int[])[1, 16, 32] : [1, 3])
            {
                foreach (int computed in isFull ? (int[])[16, 1024, 2048] : [16, 100])
                    yield return new NamedBatch($"{name}*{requests}@{computed}", [.. Enumerable.Repeat(NamedTrees.After(computed, tree), requests)]);
            }
        }
    }

    private static IEnumerable<NamedBatch> Own()
    {
        yield return new NamedBatch("star", [NamedTrees.After(0, NamedTrees.Star), NamedTrees.After(33, NamedTrees.Star)]);
        yield return new NamedBatch("random_trees", [.. Enumerable.Range(1, 6).Select(static i => NamedTrees.After(7 * i, NamedTrees.Random(9 * i, (ulong)i)))]);
        yield return new NamedBatch("largest_tree", [NamedTrees.After(21, NamedTrees.Random(AttentionBatch.MaxTreeTokens, 3))]);
        yield return new NamedBatch("trees_and_others",
            [RequestShape.Decoder(40, 1), NamedTrees.After(16, NamedTrees.Binary), RequestShape.Decoder(9, 0), RequestShape.Decoder(70, 70), NamedTrees.After(5, [0b1])]);
    }
}
