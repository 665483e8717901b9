using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Encoders, whose keys are in no cache, and decoders that attend to an encoder's.</summary>
internal static class EncoderGroup
{
    public static IEnumerable<BatteryCheck> OfEncoders(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        IEnumerable<AttentionCase> cases =
            from type in choices.IsFull ? choices.ElementTypes : choices.TwoElementTypes
            from role in (AttentionTypes[])[AttentionTypes.Encoder, AttentionTypes.EncoderOnly]
            from batch in choices.IsFull || (role == AttentionTypes.EncoderOnly && type == choices.ElementTypes[0])
                ? batches.Encoders()
                : batches.Encoders().Where(static batch => batch.Name == NamedBatches.EncoderBoundaries)
            let plain = choices.Small.With(batch) with { ElementType = type, Type = role }
            from attentionCase in (AttentionCase[])
            [
                plain,
                plain with { SlidingWindow = 7 },
                plain with { SlidingWindow = 1 },
                plain with { SlidingWindow = 100_000 },
                plain with { LogSumExp = true },
                plain with { SoftCap = 5, Sinks = SinkKind.Ordinary },
                plain with { Alibi = true },
                plain with { Layout = OperandLayout.PaddedRows },
            ]
            select attentionCase;
        return cases.Where(choices.Accepts).Select(static attentionCase => new StepCheck(CheckGroups.Encoder, attentionCase));
    }

    public static IEnumerable<BatteryCheck> OfCrossAttention(DeclaredChoices choices)
    {
        IEnumerable<AttentionCase> cases =
            from type in choices.ElementTypes
            from batch in NamedBatches.CrossAttentions()
            let plain = choices.Small.With(batch) with { ElementType = type, Type = AttentionTypes.CrossAttention }
            from attentionCase in (AttentionCase[])
            [
                plain,
                plain with { LogSumExp = true },
                plain with { SoftCap = 5 },
                plain with { Sinks = SinkKind.Ordinary },
                plain with { Layout = OperandLayout.HeadsFirst },
            ]
            select attentionCase;
        return cases.Where(choices.Accepts).Select(static attentionCase => new StepCheck(CheckGroups.CrossAttention, attentionCase));
    }
}
