using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Inputs;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>
/// The requests of a batch in another order, in smaller batches, or in other pages: the same answers, and bit for bit where
/// the backend declares <see cref="AttentionFeatures.BatchInvariance"/>.
/// </summary>
/// <param name="attentionCase">The batch.</param>
/// <param name="regrouping">What is done with it.</param>
internal sealed class RegroupedCheck(AttentionCase attentionCase, Regrouping regrouping)
    : BatteryCheck(CheckGroups.Invariance, $"{Words(regrouping)}: {attentionCase.Describe()}")
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        Expectation whole = expectations.For(attentionCase);
        StepResult together = Run(target, whole.Inputs, pageSeed: 1);
        CaseOutcome outcome = StepJudge.Judge(whole, together);
        bool isBitEqual = target.Declares(AttentionFeatures.BatchInvariance);
        foreach (int[] requests in Batches())
        {
            if (outcome.Verdict == ConformanceVerdict.Failed)
                return outcome;

            CaseInputs part = whole.Inputs.Take(requests);
            int[] rows = [.. requests.SelectMany(request => RequestRows.Of(attentionCase, request))];
            StepResult apart = Run(target, part, pageSeed: 2);
            outcome = StepJudge.Judge(whole.Take(part, rows), apart);
            if (isBitEqual && outcome.Verdict == ConformanceVerdict.Passed && !HaveSameBits(together, rows, apart))
                return CaseOutcome.Failed($"It declares {AttentionFeatures.BatchInvariance}, and {Words(regrouping)} the requests have other bits.");
        }

        return outcome;
    }

    private static string Words(Regrouping regrouping) => regrouping switch
    {
        Regrouping.OtherPages => "in other pages",
        Regrouping.Reversed => "in reverse order",
        Regrouping.Halves => "in two batches",
        _ => "each request alone",
    };

    private IEnumerable<int[]> Batches()
    {
        int[] all = [.. Enumerable.Range(0, attentionCase.Requests.Length)];
        return regrouping switch
        {
            Regrouping.OtherPages => [all],
            Regrouping.Reversed => [[.. all.Reverse()]],
            Regrouping.Halves => [all[..(all.Length / 2)], all[(all.Length / 2)..]],
            _ => all.Select(static request => (int[])[request]),
        };
    }

    private static StepResult Run(BackendUnderTest target, CaseInputs inputs, ulong pageSeed)
    {
        using Step step = new(target, inputs, pageSeed);
        return step.Run();
    }

    private bool HaveSameBits(StepResult together, int[] rows, StepResult apart)
    {
        int rowBytes = attentionCase.QueryHeads * attentionCase.OutputHeadSize * ElementCodec.SizeOf(attentionCase.ElementType);
        for (int i = 0; i < rows.Length; i++)
        {
            if (!together.OutputBytes.AsSpan(rows[i] * rowBytes, rowBytes).SequenceEqual(apart.OutputBytes.AsSpan(i * rowBytes, rowBytes)))
                return false;
        }

        return true;
    }
}
