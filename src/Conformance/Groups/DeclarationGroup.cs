using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;
using AttentionGen.Conformance.Inputs;

namespace AttentionGen.Conformance.Groups;

/// <summary>
/// Random configurations, declared or not: what the descriptor has nothing against has to run and be right, and what it is
/// against has to be refused.
/// </summary>
internal static class DeclarationGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        RandomValues random = new(11), asked = new(12);
        HashSet<string> met = [];
        int rounds = choices.IsFull ? 240 : 48;
        for (int round = 0; round < rounds; round++)
        {
            AttentionCase attentionCase = Ask(Draw(choices, batches, random), asked);
            if (!met.Add(attentionCase.Describe()))
                continue;
            if (choices.Accepts(attentionCase))
                yield return new StepCheck(CheckGroups.Declaration, attentionCase);
            else
                yield return new RandomRefusalCheck(attentionCase);
        }
    }

    private static AttentionCase Draw(DeclaredChoices choices, NamedBatches batches, RandomValues random)
    {
        T OneOf<T>(params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

        // Mostly declared values, so that cases meet and do not all end in the same refusal.
        T Mostly<T>(T[] declared, params ReadOnlySpan<T> any) => declared.Length > 0 && random.Next(8) > 0 ? declared[random.Next(declared.Length)] : OneOf(any);

        NamedBatch batch = OneOf(batches.MixedSmall, batches.Ragged, batches.Prompts, batches.Boundaries);
        ElementType type = Mostly(choices.ElementTypes, ElementType.Float32, ElementType.Float16, ElementType.BFloat16);
        int[] headSizes = [.. choices.HeadSizes.Where(static size => size <= 128)];
        (int query, int keyValue) = choices.RestrictsHeads && random.Next(8) > 0 ? OneOf([.. choices.Heads]) : OneOf((2, 2), (4, 2), (6, 1), (3, 1));
        ElementType? cacheType = random.Next(6) > 0 ? null : Mostly(choices.CacheElementTypes, ElementType.Float8E4M3, ElementType.Float8E5M2);
        AttentionCase drawn = choices.Small.WithHeads(query, keyValue).WithHeadSize(Mostly(headSizes, 1, 16, 20, 33, 64)).With(batch) with
        {
            ElementType = type,
            CacheElementType = cacheType == type ? null : cacheType,
            PageSize = Mostly(choices.PageSizes, 1, 4, 16, 48),
            SlidingWindow = OneOf<int?>(null, null, 1 + random.Next(50)),
            SoftCap = OneOf<float?>(null, null, null, 7),
            Alibi = random.Next(4) == 0,
            Sinks = OneOf(SinkKind.None, SinkKind.None, SinkKind.None, SinkKind.Ordinary),
            Scale = OneOf<float?>(null, null, 0.2f),
            LogSumExp = random.Next(3) == 0,
            Causal = random.Next(4) > 0,
            Layout = OneOf(OperandLayout.Contiguous, OperandLayout.PaddedRows, OperandLayout.HeadsFirst),
        };
        return drawn;
    }

    // What no kernel sees and a layer may refuse all the same.
    private static AttentionCase Ask(AttentionCase drawn, RandomValues random) => drawn with
    {
        BatchInvariance = random.Next(6) == 0,
        GraphCapture = random.Next(8) == 0 ? (GraphCaptureLevel)(1 + random.Next((int)GraphCaptureLevel.Always)) : GraphCaptureLevel.Never,
    };
}
