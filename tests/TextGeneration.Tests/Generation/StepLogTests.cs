using TextGeneration.CommandLine;
using TextGeneration.Generation;
using TextGeneration.Graphs;

namespace TextGeneration.Tests.Generation;

/// <summary>What is reported of steps.</summary>
public sealed class StepLogTests
{
    [Fact]
    public void Steady_decodes_are_those_without_a_prompt_a_guess_or_a_capture()
    {
        DecodeReport report = DecodeReport.Of(Steps());
        Assert.Equal(4, report.Steps);
        Assert.Equal(11, report.Tokens);
        Assert.Equal(0.019, report.Seconds, 1e-9);
        Assert.Equal(0.0045, report.MedianStepSeconds, 1e-9);
        Assert.Equal(11 / 0.019, report.TokensPerSecond, 1e-6);
    }

    [Fact]
    public void No_step_is_reported_as_zeros()
    {
        DecodeReport report = DecodeReport.Of(new StepLog());
        Assert.Equal((0, 0, 0.0, 0.0, 0.0), (report.Steps, report.Tokens, report.Seconds, report.MedianStepSeconds, report.TokensPerSecond));
    }

    [Fact]
    public void Graphs_and_the_steps_without_are_counted()
    {
        StepLog steps = Steps();
        Assert.Equal(7, steps.Count);
        Assert.Equal(23, steps.Requests);
        CudaGraphReport report = CudaGraphReport.Of(CudaGraphMode.Auto, isCudaDevice: true, new GraphChoice(GraphChoice.Decode, null), null, steps);
        Assert.Equal("none needed, as no step only decoded; eager: 1 steps with prompts, 1 with guesses", report.Describe());
        report = report with { Sizes = [2, 4], CaptureSeconds = 0.125 };
        Assert.Equal("2 captured in 0.12 s, for 2, 4 prompts; 4 of 5 decode steps replayed; eager: 1 steps with prompts, 1 with guesses", report.Describe());
    }

    [Fact]
    public void A_reason_is_told()
    {
        StepLog steps = new();
        steps.Add(StepKind.Prompt, StepPath.Eager, 1, TimeSpan.Zero);
        steps.Add(StepKind.Decode, StepPath.Eager, 1, TimeSpan.Zero);
        CudaGraphReport report = CudaGraphReport.Of(CudaGraphMode.Auto, isCudaDevice: true, new GraphChoice(default, "because"), null, steps);
        Assert.Equal("none (because); eager: 1 decode steps, 1 steps with prompts", report.Describe());
        Assert.Null(CudaGraphReport.Of(CudaGraphMode.Auto, isCudaDevice: false, new GraphChoice(default, "because"), null, steps).Describe());
    }

    private static StepLog Steps()
    {
        StepLog steps = new();
        steps.Add(StepKind.Prompt, StepPath.Eager, 4, TimeSpan.FromSeconds(1));
        steps.Add(StepKind.Decode, StepPath.Captured, 4, TimeSpan.FromMilliseconds(500));
        steps.Add(StepKind.Decode, StepPath.Replayed, 4, TimeSpan.FromMilliseconds(4));
        steps.Add(StepKind.Draft, StepPath.Eager, 4, TimeSpan.FromMilliseconds(50));
        steps.Add(StepKind.Decode, StepPath.Replayed, 3, TimeSpan.FromMilliseconds(3));
        steps.Add(StepKind.Decode, StepPath.Replayed, 2, TimeSpan.FromMilliseconds(5));
        steps.Add(StepKind.Decode, StepPath.Eager, 2, TimeSpan.FromMilliseconds(7));
        return steps;
    }
}
