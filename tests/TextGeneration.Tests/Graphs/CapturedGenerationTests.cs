using AttentionGen;
using TextGeneration.Generation;
using TextGeneration.Graphs;
using TextGeneration.Speculation;
using TextGeneration.Tests.Fixtures;
using static TorchSharp.torch;

namespace TextGeneration.Tests.Graphs;

/// <summary>On a GPU: decodes replayed from graphs give transformers' tokens, and those of the same backend without graphs.</summary>
[Collection(TinyTasks.Collection)]
public sealed class CapturedGenerationTests
{
    private const int PageSize = 16;
    private static readonly GenerationOptions s_options = new() { MaxTokens = TransformersPrompt.MaxNewTokens };
    private static readonly int[][] s_prompts = TransformersPrompt.AllPromptTokens;

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    internal void Each_prompt_alone(ElementType type) => ForEach(type, model =>
    {
        using GeneratorOverCache session = Session(model, s_options with { MaxBatch = 1 });
        Assert.Equal(Expected(type), session.Answer(s_prompts).Tokens);
        Assert.Equal([1], session.Graphs!.Sizes);
        AssertReplayed(session);
    });

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    internal void Answers_that_end_one_after_another(ElementType type) => ForEach(type, model =>
    {
        using GeneratorOverCache session = Session(model, s_options);
        Assert.Equal(Expected(type), session.Answer(s_prompts).Tokens);
        Assert.True(session.Graphs!.Sizes.Count > 2, $"captured for {string.Join(", ", session.Graphs.Sizes)}");
        AssertReplayed(session);

        // The graphs of before, over pages that come in another order.
        int captured = session.Graphs.Sizes.Count;
        Assert.Equal(Expected(type), session.Answer(s_prompts).Tokens);
        Assert.Equal(captured, session.Graphs.Sizes.Count);
    });

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    internal void Prompts_that_join_answers_under_way(ElementType type) => ForEach(type, model =>
    {
        foreach ((int maxBatch, int maxStepTokens) in ((int, int)[])[(5, 64), (3, 1), (7, 8192), (32, 100)])
        {
            using GeneratorOverCache session = Session(model, s_options with { MaxBatch = maxBatch, MaxStepTokens = maxStepTokens });
            Assert.Equal(Expected(type), session.Answer(s_prompts).Tokens);
            AssertReplayed(session);
        }
    });

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    internal void Many_at_once(ElementType type) => ForEach(type, model =>
    {
        int[][] prompts = [.. Enumerable.Repeat(s_prompts, 5).SelectMany(static all => all)];
        using GeneratorOverCache session = Session(model, s_options with { MaxBatch = prompts.Length });
        Assert.Equal(Enumerable.Repeat(Expected(type), 5).SelectMany(static all => all), session.Answer(prompts).Tokens);
        AssertReplayed(session);
    });

    [Fact]
    public void The_same_as_without_graphs_long_after_the_end_of_text() => ForEach(ElementType.Float32, model =>
    {
        GenerationOptions options = s_options with { MaxTokens = 64, IgnoreEndOfText = true };
        using GeneratorOverCache session = Session(model, options);
        Assert.Equal(model.Generate(s_prompts[..8], options, PageSize).Tokens, session.Answer(s_prompts[..8]).Tokens);
        AssertReplayed(session);
    });

    [Fact]
    public void Draws_are_those_without_graphs() => ForEach(ElementType.Float32, model =>
    {
        GenerationOptions options = s_options with { Temperature = 0.7, Seed = 17 };
        using GeneratorOverCache session = Session(model, options);
        Assert.Equal(model.Generate(s_prompts, options, PageSize).Tokens, session.Answer(s_prompts).Tokens);
    });

    [Fact]
    public void Beside_steps_with_guesses() => ForEach(ElementType.Float32, model =>
    {
        using GeneratorOverCache session = Session(model, s_options, new NgramDraft(new SpeculationOptions { DraftTokens = 4, Branches = 1 }));
        Assert.Equal(Expected(ElementType.Float32), session.Answer(s_prompts).Tokens);
        Assert.True(session.Generator.AcceptedTokens > 20);
    });

    // Where memory runs out, libtorch gives the driver back what no tensor uses: that must not be what a graph works in.
    [Fact]
    public void After_memory_ran_out() => ForEach(ElementType.Float32, model =>
    {
        using GeneratorOverCache session = Session(model, s_options);
        session.Answer(s_prompts);
        Device device = TestDevice.Named.ToTorch();
        Assert.ThrowsAny<Exception>(() => empty([1L << 41], dtype: ScalarType.Byte, device: device));
        using Tensor elsewhere = full([1L << 28], float.NaN, device: device);
        Assert.Equal(Expected(ElementType.Float32), session.Answer(s_prompts).Tokens);
        AssertReplayed(session);
    });

    private static void ForEach(ElementType type, Action<LoadedModel> test)
    {
        foreach (string backend in CapturedBackends.For(FixtureFiles.TinyTasksModel, type))
        {
            using LoadedModel model = LoadedModel.Load(FixtureFiles.TinyTasksModel, type, capturedBackend: backend);
            test(model);
        }
    }

    private static GeneratorOverCache Session(LoadedModel model, GenerationOptions options, IDraftSource? drafts = null)
    {
        int longest = s_prompts.Max(static prompt => prompt.Length) + options.MaxTokens;
        int pages = Math.Max(options.MaxBatch, 16) * ((longest + PageSize - 1) / PageSize);
        return new GeneratorOverCache(model, options, pages, PageSize, pageOrder: 3, drafts, new CudaStepRecorder(TestDevice.Describe()));
    }

    private static int[][] Expected(ElementType type) =>
        [.. TransformersPrompt.All.Select(prompt => type == ElementType.Float32 ? prompt.Float32Tokens : prompt.BFloat16Tokens)];

    private static void AssertReplayed(GeneratorOverCache session)
    {
        StepLog steps = session.Generator.Steps;
        Assert.Equal(0, steps.CountOf(StepKind.Decode, StepPath.Eager));
        Assert.True(steps.CountOf(StepKind.Decode, StepPath.Replayed) > 0);
        Assert.Equal(session.Graphs!.Sizes.Count, steps.CountOf(StepKind.Decode, StepPath.Captured));
    }
}
