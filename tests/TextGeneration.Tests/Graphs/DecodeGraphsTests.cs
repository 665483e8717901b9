using AttentionGen;
using AttentionGen.Libtorch;
using TextGeneration.Generation;
using TextGeneration.Speculation;
using TextGeneration.Tests.Fixtures;
using static TorchSharp.torch;

namespace TextGeneration.Tests.Graphs;

/// <summary>Padding, inputs in memory that stays, and the count of steps, with a recorder that repeats the step.</summary>
[Collection(TinyTasks.Collection)]
public sealed class DecodeGraphsTests(TinyTasks model)
{
    private static readonly GenerationOptions s_options = new() { MaxTokens = TransformersPrompt.MaxNewTokens };
    private static readonly int[][] s_prompts = TransformersPrompt.AllPromptTokens;

    [Theory]
    [InlineData(1, 8192)]
    [InlineData(3, 1)]
    [InlineData(5, 64)]
    [InlineData(7, 8192)]
    [InlineData(32, 100)]
    [InlineData(64, 8192)]
    public void Tokens_are_those_of_transformers_while_requests_join_and_leave(int maxBatch, int maxStepTokens)
    {
        RepeatedSteps steps = new();
        GenerationOptions options = s_options with { MaxBatch = maxBatch, MaxStepTokens = maxStepTokens };
        using GeneratorOverCache session = new(model.Float32, options, Pages(maxBatch), pageOrder: 4, recorder: steps);
        GeneratedAnswers answers = session.Answer(s_prompts);
        Assert.Equal(TransformersPrompt.All.Select(static prompt => prompt.Float32Tokens), answers.Tokens);
        AssertCounts(session, steps);
    }

    [Fact]
    public void Tokens_in_bfloat16()
    {
        RepeatedSteps steps = new();
        using GeneratorOverCache session = new(model.BFloat16, s_options, Pages(64), pageOrder: 5, recorder: steps);
        Assert.Equal(TransformersPrompt.All.Select(static prompt => prompt.BFloat16Tokens), session.Answer(s_prompts).Tokens);
        AssertCounts(session, steps);
    }

    [Fact]
    public void Draws_are_those_without_graphs()
    {
        GenerationOptions options = s_options with { Temperature = 3, Seed = 17 };
        using GeneratorOverCache session = new(model.Float32, options, Pages(64), recorder: new RepeatedSteps());
        Assert.Equal(model.Float32.Generate(s_prompts, options).Tokens, session.Answer(s_prompts).Tokens);
    }

    [Fact]
    public void A_graph_is_captured_when_a_step_first_has_its_size()
    {
        RepeatedSteps steps = new();
        GenerationOptions options = s_options with { MaxTokens = 4, IgnoreEndOfText = true, MaxBatch = 5 };
        using GeneratorOverCache session = new(model.Float32, options, Pages(5), recorder: steps);
        session.Answer(s_prompts[..3]);
        Assert.Equal([4], session.Graphs!.Sizes);
        session.Answer(s_prompts[..4]);
        Assert.Equal([4], session.Graphs.Sizes);
        session.Answer(s_prompts[..5]);
        session.Answer(s_prompts[..1]);
        Assert.Equal([1, 4, 5], session.Graphs.Sizes);
        Assert.Equal(3, session.Generator.Steps.CountOf(StepKind.Decode, StepPath.Captured));
        Assert.Equal(9, session.Generator.Steps.CountOf(StepKind.Decode, StepPath.Replayed));
        Assert.Equal(4, session.Generator.Steps.CountOf(StepKind.Prompt, StepPath.Eager));
        Assert.True(session.Graphs.CaptureTime > TimeSpan.Zero);
        Assert.Equal(9, session.Generator.Steps.SteadyDecodes().Seconds.Length);
        Assert.Equal((2 * 3) + (3 * 4) + (2 * 5) + (2 * 1), session.Generator.Steps.SteadyDecodes().Tokens);
    }

    [Fact]
    public void Padding_writes_nowhere()
    {
        const int PageCount = 40;
        using GeneratorOverCache session = new(model.Float32, s_options with { IgnoreEndOfText = true, MaxTokens = 8 }, PageCount, recorder: new RepeatedSteps());
        session.Answer(s_prompts[..5]);
        Assert.Equal([8], session.Graphs!.Sizes);
        int written = s_prompts[..5].Sum(static prompt => prompt.Length + 7);
        for (int layer = 0; layer < model.Float32.Configuration.Layers; layer++)
        {
            using var scope = NewDisposeScope();
            foreach (TensorView view in (TensorView[])[session.Cache[layer].Keys, session.Cache[layer].Values])
            {
                Tensor firsts = LibtorchTensor.Borrow(view)[.., .., 0, 0];
                Assert.Equal(written, firsts.isfinite().sum().cpu().item<long>());
            }
        }
    }

    [Fact]
    public void Steps_with_guesses_are_not_captured()
    {
        RepeatedSteps steps = new();
        using GeneratorOverCache session = new(
            model.Float32, s_options, Pages(64), drafts: new NgramDraft(new SpeculationOptions { DraftTokens = 4, Branches = 1 }), recorder: steps);
        Assert.Equal(TransformersPrompt.All.Select(static prompt => prompt.Float32Tokens), session.Answer(s_prompts).Tokens);
        Assert.True(session.Generator.Steps.CountOf(StepKind.Draft, StepPath.Eager) > 0);
        Assert.True(session.Generator.AcceptedTokens > 20);
        AssertCounts(session, steps);
    }

    [Fact]
    public void Graphs_go_before_what_they_were_recorded_with()
    {
        RepeatedSteps steps = new();
        GeneratorOverCache session = new(model.Float32, s_options, Pages(64), recorder: steps);
        session.Answer(s_prompts);
        Assert.True(steps.Alive > 1);
        session.Dispose();
        Assert.True(steps.IsDisposed);
    }

    private static void AssertCounts(GeneratorOverCache session, RepeatedSteps steps)
    {
        StepLog log = session.Generator.Steps;
        Assert.Equal(steps.Recorded, session.Graphs!.Sizes.Count);
        Assert.Equal(steps.Recorded, log.CountOf(StepKind.Decode, StepPath.Captured));
        Assert.Equal(steps.Replays - steps.Recorded, log.CountOf(StepKind.Decode, StepPath.Replayed));
        Assert.Equal(0, log.CountOf(StepKind.Decode, StepPath.Eager));
        Assert.Equal(log.Count, steps.Replays + log.CountOf(StepKind.Prompt, StepPath.Eager) + log.CountOf(StepKind.Draft, StepPath.Eager));
    }

    private static int Pages(int maxBatch)
    {
        int longest = s_prompts.Max(static prompt => prompt.Length) + TransformersPrompt.MaxNewTokens;
        return Math.Min(maxBatch, s_prompts.Length) * ((longest + 15) / 16);
    }
}
