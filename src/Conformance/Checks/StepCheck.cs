using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>One step against the reference.</summary>
internal sealed class StepCheck(string group, AttentionCase attentionCase) : BatteryCheck(group, attentionCase.Describe())
{
    public AttentionCase Case { get; } = attentionCase;

    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        Expectation expectation = expectations.For(Case);
        using Step step = new(target, expectation.Inputs);
        try
        {
            return StepJudge.Judge(expectation, step.Run());
        }
        catch (ArgumentException refusal) when (Case.MayRefuseOperands)
        {
            return CaseOutcome.Refused([refusal.Message]);
        }
    }
}
