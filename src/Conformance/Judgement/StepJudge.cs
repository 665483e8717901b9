using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;

namespace AttentionGen.Conformance.Judgement;

/// <summary>Compares what a backend made of a step with what is expected.</summary>
internal static class StepJudge
{
    public static CaseOutcome Judge(Expectation expectation, StepResult result)
    {
        AttentionCase attentionCase = expectation.Inputs.Case;
        ErrorMeasure error = ErrorMeasure.Of(attentionCase, expectation.Reference, result.Output);
        List<ConformanceMeasure> measures =
        [
            new("output error", error.Output, expectation.OutputLimit),
            new("row error", error.Row, expectation.RowLimit),
            new("cosine difference", error.Cosine, expectation.CosineLimit),
        ];
        List<string> reasons = [.. result.Trespasses];
        if (UnseenRow(expectation, result) is { } unseen)
            reasons.Add(unseen);
        if (result.LogSumExp is { } logSumExp)
            JudgeLogSumExp(expectation, logSumExp, measures, reasons);

        if (!measures[0].IsWithin)
            reasons.Add($"{measures[0]}, at row {error.Worst.Row}, head {error.Worst.Head}, element {error.Worst.Element}: {Values(expectation, result, error)}.");
        reasons.AddRange(measures.Skip(1).Where(static measure => !measure.IsWithin).Select(static measure => $"{measure}."));
        return new CaseOutcome(reasons.Count == 0 ? ConformanceVerdict.Passed : ConformanceVerdict.Failed, [.. measures], [.. reasons]);
    }

    private static string Values(Expectation expectation, StepResult result, ErrorMeasure error)
    {
        AttentionCase attentionCase = expectation.Inputs.Case;
        int index = (((error.Worst.Row * attentionCase.QueryHeads) + error.Worst.Head) * attentionCase.OutputHeadSize) + error.Worst.Element;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{result.Output[index]:G6} instead of {expectation.Reference.Output[index]:G6}");
    }

    /// <summary>Rows that see no key are zero, exactly.</summary>
    private static string? UnseenRow(Expectation expectation, StepResult result)
    {
        int size = expectation.Inputs.Case.OutputHeadSize, heads = expectation.Inputs.Case.QueryHeads;
        for (int row = 0; row < expectation.Reference.LogSumExp.Length; row++)
        {
            if (!double.IsNegativeInfinity(expectation.Reference.LogSumExp[row]))
                continue;
            if (result.Output.AsSpan(row * size, size).ContainsAnyExcept(0f))
                return $"Row {row / heads}, head {row % heads} sees no key and is not 0.";
        }

        return null;
    }

    private static void JudgeLogSumExp(Expectation expectation, float[] logSumExp, List<ConformanceMeasure> measures, List<string> reasons)
    {
        AttentionCase attentionCase = expectation.Inputs.Case;
        int heads = attentionCase.QueryHeads, tokens = attentionCase.QueryCount;
        double worst = 0;
        for (int row = 0; row < tokens; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                double expected = expectation.Reference.LogSumExp[(row * heads) + head];
                float actual = logSumExp[(head * tokens) + row];
                if (double.IsNaN(expected))
                    continue;
                if (double.IsNegativeInfinity(expected))
                {
                    if (!float.IsNegativeInfinity(actual))
                        reasons.Add($"Row {row}, head {head} sees no key, and its log-sum-exp is {actual}, not minus infinity.");
                    continue;
                }

                double error = Math.Abs(actual - expected);
                worst = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(worst, error);
            }
        }

        measures.Add(new ConformanceMeasure("log-sum-exp error", worst, expectation.LogSumExpLimit));
    }
}
