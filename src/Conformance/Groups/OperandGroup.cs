using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Checks;

namespace AttentionGen.Conformance.Groups;

/// <summary>Operands with gaps, in another order, at odd addresses, with repeated heads; and operands that must be refused.</summary>
internal static class OperandGroup
{
    public static IEnumerable<BatteryCheck> Of(DeclaredChoices choices)
    {
        NamedBatches batches = new(choices.Thoroughness);
        foreach (ElementType type in choices.ElementTypes)
        {
            bool isThorough = choices.IsFull || type == choices.ElementTypes[0];
            foreach (NamedBatch batch in isThorough ? (NamedBatch[])[batches.MixedSmall, batches.Prompts, batches.Boundaries] : [batches.MixedSmall])
            {
                foreach (OperandLayout layout in Enum.GetValues<OperandLayout>())
                {
                    if (layout != OperandLayout.Contiguous)
                        yield return new StepCheck(CheckGroups.Operands, choices.Small.With(batch) with { ElementType = type, Layout = layout });
                }
            }
        }

        AttentionCase plain = choices.Small.With(batches.MixedSmall);
        foreach (WrongOperand wrong in Enum.GetValues<WrongOperand>())
        {
            if (choices.Accepts(plain))
                yield return new WrongOperandCheck(plain, wrong);
        }
    }
}
