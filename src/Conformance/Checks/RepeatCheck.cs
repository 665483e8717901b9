using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>The same step again and again: the same bits.</summary>
internal sealed class RepeatCheck(AttentionCase attentionCase, int repeats)
    : BatteryCheck(CheckGroups.Invariance, $"repeated: {attentionCase.Describe()}")
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        Expectation expectation = expectations.For(attentionCase);
        using Step step = new(target, expectation.Inputs);
        StepResult first = step.Run();
        for (int repeat = 1; repeat < repeats; repeat++)
        {
            if (!step.Run().HasBitsOf(first))
                return CaseOutcome.Failed($"Run {repeat + 1} of one step gives other bits than run 1.");
        }

        return StepJudge.Judge(expectation, first);
    }
}
