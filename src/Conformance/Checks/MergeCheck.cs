using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Inputs;
using AttentionGen.Conformance.Judgement;

namespace AttentionGen.Conformance.Checks;

/// <summary>
/// The keys of a request in two parts, each attended to by itself, and the two answers merged by their log-sum-exps: the
/// answer over all keys (<see href="https://arxiv.org/abs/2501.01005"/>, section 2.2).
/// </summary>
/// <param name="attentionCase">One request with cached keys and a few new ones.</param>
/// <param name="prefix">The number of keys of the first part.</param>
internal sealed class MergeCheck(AttentionCase attentionCase, int prefix)
    : BatteryCheck(CheckGroups.Invariance, $"merged after {prefix} keys: {attentionCase.Describe()}")
{
    public override CaseOutcome Run(BackendUnderTest target, ExpectationCache expectations)
    {
        Expectation whole = expectations.For(attentionCase);
        RequestShape shape = attentionCase.Requests[0];
        StepResult first = Run(target, whole.Inputs.TakeKeys(0, 0, new RequestShape(prefix, shape.Queries, 0), causal: false));
        StepResult second = Run(target, whole.Inputs.TakeKeys(0, prefix, RequestShape.Decoder(shape.Keys - prefix, shape.Queries), causal: true));
        return StepJudge.Judge(whole, Merge(first, second) with { Trespasses = [.. first.Trespasses, .. second.Trespasses] });
    }

    private static StepResult Run(BackendUnderTest target, CaseInputs inputs)
    {
        using Step step = new(target, inputs);
        return step.Run();
    }

    private StepResult Merge(StepResult first, StepResult second)
    {
        int heads = attentionCase.QueryHeads, size = attentionCase.OutputHeadSize, tokens = attentionCase.QueryCount;
        float[] output = new float[first.Output.Length], logSumExp = new float[heads * tokens];
        for (int row = 0; row < tokens; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                double x = first.LogSumExp![(head * tokens) + row], y = second.LogSumExp![(head * tokens) + row];
                double maximum = Math.Max(x, y);
                double weightX = Math.Exp(x - maximum), weightY = Math.Exp(y - maximum), sum = weightX + weightY;
                for (int i = 0; i < size; i++)
                {
                    int element = (((row * heads) + head) * size) + i;
                    output[element] = (float)(((weightX * first.Output[element]) + (weightY * second.Output[element])) / sum);
                }

                logSumExp[(head * tokens) + row] = (float)(maximum + Math.Log(sum));
            }
        }

        return new StepResult(output, [], logSumExp, []);
    }
}
