using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>What happens to scores between the products: scale, cap, bias, sink, and sizes at which exponentials overflow.</summary>
internal static class ScoreGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        IEnumerable<AttentionCase> cases =
            from type in choices.ElementTypes
            from batch in choices.IsFull || type == choices.ElementTypes[0] ? (NamedBatch[])[batches.Ragged, batches.Boundaries] : [batches.Ragged]
            from changed in Changes(choices.Small.With(batch) with { ElementType = type })
            select changed;
        return cases.Where(choices.Accepts).Select(static attentionCase => new StepCheck(CheckGroups.Scores, attentionCase));
    }

    /// <summary>A case with each thing that may happen to its scores.</summary>
    public static IEnumerable<AttentionCase> Changes(AttentionCase plain)
    {
        foreach (float scale in (float[])[0, -0.2f, 0.5f])
            yield return plain with { Scale = scale };
        foreach (float cap in (float[])[0.5f, 5, 50])
            yield return plain with { SoftCap = cap };
        yield return plain with { Alibi = true };
        yield return plain.WithHeads(7, 1) with { Alibi = true };
        yield return plain with { Alibi = true, Causal = false };
        foreach (SinkKind sinks in (SinkKind[])[SinkKind.Ordinary, SinkKind.Dominant, SinkKind.MinusInfinity])
            yield return plain with { Sinks = sinks };
        yield return plain with { SoftCap = 5, Alibi = true, Sinks = SinkKind.Ordinary, SlidingWindow = 12 };
        yield return plain with { Scores = ScoreKind.Huge };
        yield return plain with { Scores = ScoreKind.Huge, SoftCap = 30 };
        yield return plain with { Scores = ScoreKind.NaNQuery };
        yield return plain with { Scores = ScoreKind.NaNRequest };
    }
}
