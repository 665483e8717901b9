using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>What must not change an answer: running it again, other pages, other neighbours, several steps, parts merged.</summary>
internal static class InvarianceGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        int repeats = choices.IsFull ? 20 : 3;
        NamedBatch longDecode = NamedBatches.Of("long_decode", choices.IsFull ? [4096, 3000, 5] : [700, 300, 5], [1, 1, 1]);
        foreach (ElementType type in choices.TwoElementTypes)
        {
            AttentionCase small = choices.Small with { ElementType = type };
            if (!choices.Accepts(small))
                continue;

            bool isThorough = choices.IsFull || type == choices.ElementTypes[0];
            AttentionCase invariant = small with { BatchInvariance = choices.Declares(AttentionFeatures.BatchInvariance) };
            foreach (NamedBatch batch in isThorough ? (NamedBatch[])[longDecode, batches.Ragged, batches.Prompts] : [batches.Ragged])
            {
                yield return new RepeatCheck(small.With(batch), repeats);
                foreach (Regrouping regrouping in Enum.GetValues<Regrouping>())
                    yield return new RegroupedCheck(invariant.With(batch), regrouping);
            }

            AttentionCase prompt = small.With(NamedBatches.Of("prompt", [45], [45])), continued = small.With(NamedBatches.Of("continued", [60], [33]));
            foreach (AttentionCase one in (AttentionCase[])[prompt, continued, prompt with { SlidingWindow = 10 }, prompt with { Alibi = true }, prompt with { SoftCap = 5 }])
            {
                foreach (int chunk in isThorough ? (int[])[1, 7, 16] : [7])
                {
                    if (choices.Accepts(one))
                        yield return new SequentialCheck(one, chunk);
                }
            }

            AttentionCase parts = small.With(NamedBatches.Of("parts", [80], [5])) with { LogSumExp = true };
            foreach (AttentionCase one in isThorough ? (AttentionCase[])[parts, parts with { SoftCap = 5 }] : [parts])
            {
                foreach (int prefix in (int[])[1, 40, 64, 75])
                {
                    if (choices.Accepts(one) && choices.Accepts(one with { Causal = false }))
                        yield return new MergeCheck(one, prefix);
                }
            }
        }
    }
}
