using AttentionGen.Conformance;
using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Execution;
using AttentionGen.Conformance.Judgement;
using Xunit;

namespace AttentionGen.Tests.Cuda.Steps;

/// <summary>Steps held to the conformance battery's float64 reference and its tolerances.</summary>
internal static class ReferenceStep
{
    public static void AssertConforms(CudaEngineBackend backend, AttentionDevice device, AttentionCase attentionCase)
    {
        Expectation expectation = Expectation.Create(attentionCase, device);
        BackendUnderTest target = new(backend, backend.Descriptor, backend.Descriptor.SupportFor(device.Kind), device);
        using Step step = new(target, expectation.Inputs);
        AssertPassed(expectation, step.Run());
    }

    public static void AssertPassed(Expectation expectation, StepResult result)
    {
        CaseOutcome outcome = StepJudge.Judge(expectation, result);
        Assert.True(
            outcome.Verdict == ConformanceVerdict.Passed,
            $"{expectation.Inputs.Case.Describe()}:{Environment.NewLine}{string.Join(Environment.NewLine, outcome.Reasons)}");
    }
}
