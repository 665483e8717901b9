using TextGeneration.Generation;
using TextGeneration.Tests.Fixtures;

namespace TextGeneration.Tests.Generation;

[Collection(TinyTasks.Collection)]
public sealed class TextGeneratorTests(TinyTasks model)
{
    private static readonly int[][] s_prompts = TransformersPrompt.AllPromptTokens;

    [Fact]
    public void No_prompts_take_no_step()
    {
        using GeneratorOverCache session = new(model.Float32, new GenerationOptions(), pages: 1);
        Assert.Empty(session.Generator.Generate([], TestContext.Current.CancellationToken));
        Assert.Equal(0, session.Generator.Steps.Count);
    }

    [Fact]
    public void At_most_the_batch_is_under_way()
    {
        GeneratedAnswers answers = model.Float32.Generate(s_prompts, new GenerationOptions { MaxBatch = 3 });
        int[] left = [.. answers.Tokens.Select(static tokens => tokens.Length)];
        HashSet<int> running = [];
        int most = 0;
        foreach (int prompt in answers.Order)
        {
            running.Add(prompt);
            most = Math.Max(most, running.Count);
            if (--left[prompt] == 0)
                running.Remove(prompt);
        }

        Assert.Equal(3, most);
        Assert.All(answers.Finishes, static finish => Assert.Equal(FinishReason.Stop, finish));
    }

    [Fact]
    public void A_cache_with_room_for_one_answers_one_by_one()
    {
        const int Pages = 32;
        using GeneratorOverCache session = new(model.Float32, new GenerationOptions { MaxTokens = 512 }, Pages);
        GeneratedAnswers answers = Collect(session, s_prompts[..4]);
        Assert.Equal(TransformersPrompt.All[..4].Select(static prompt => prompt.Float32Tokens), answers.Tokens);
        Assert.Equal(answers.Order.Order(), answers.Order);
        Assert.Equal(Pages, session.Allocator.FreeCount);
    }

    [Fact]
    public void A_prompt_that_no_cache_page_is_left_for_is_refused()
    {
        using GeneratorOverCache session = new(model.Float32, new GenerationOptions { MaxTokens = 64 }, pages: 5);
        int[] large = [256, .. Enumerable.Repeat((int)'a', 100)];
        var error = Assert.Throws<ArgumentException>(() => Collect(session, [s_prompts[0], large]));
        Assert.Contains("165 tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains("80", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, session.Allocator.FreeCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(512)]
    [InlineData(600)]
    public void A_prompt_that_does_not_fit_the_context_is_refused(int length)
    {
        using GeneratorOverCache session = new(model.Float32, new GenerationOptions(), pages: 64);
        var error = Assert.Throws<ArgumentException>(() => Collect(session, [s_prompts[0], new int[length]]));
        Assert.Contains($"has {length} tokens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_abandoned_enumeration_releases_its_pages()
    {
        using GeneratorOverCache session = new(model.Float32, new GenerationOptions { MaxBatch = 4 }, pages: 64);
        for (int count = 1; count < 9; count++)
        {
            Assert.Equal(count, session.Generator.Generate(s_prompts, TestContext.Current.CancellationToken).Take(count).Count());
            Assert.Equal(64, session.Allocator.FreeCount);
        }

        Assert.Equal(TransformersPrompt.All[0].Float32Tokens, Collect(session, s_prompts[..1]).Tokens[0]);
    }

    [Fact]
    public void A_cancelled_enumeration_ends_after_the_step()
    {
        using GeneratorOverCache session = new(model.Float32, new GenerationOptions { MaxBatch = 4 }, pages: 64);
        using CancellationTokenSource cancellation = new();
        int count = 0;
        foreach (GeneratedToken token in session.Generator.Generate(s_prompts, cancellation.Token))
        {
            Assert.True(session.Allocator.FreeCount < 64);
            if (++count == 6)
                cancellation.Cancel();
        }

        Assert.Equal(8, count);
        Assert.Equal(2, session.Generator.Steps.Count);
        Assert.Equal(64, session.Allocator.FreeCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Answers_end_at_the_most_tokens(int maxTokens)
    {
        GeneratedAnswers answers = model.Float32.Generate(s_prompts, new GenerationOptions { MaxTokens = maxTokens });
        Assert.Equal(TransformersPrompt.All.Select(prompt => prompt.Float32Tokens.Take(maxTokens)), answers.Tokens);
        Assert.Equal(
            TransformersPrompt.All.Select(prompt => prompt.Float32Tokens.Length <= maxTokens ? FinishReason.Stop : FinishReason.Length),
            answers.Finishes);
    }

    [Fact]
    public void Answers_end_at_the_end_of_the_context()
    {
        int[] lengths = [511, 510, 495, 480];
        int[][] prompts = [.. lengths.Select(static length => (int[])[256, .. Enumerable.Repeat((int)'a', length - 2), 257])];
        GeneratedAnswers answers = model.Endless.Generate(prompts, new GenerationOptions { MaxTokens = int.MaxValue / 2 });
        Assert.Equal(lengths.Select(static length => 512 - length), answers.Tokens.Select(static tokens => tokens.Length));
        Assert.All(answers.Finishes, static finish => Assert.Equal(FinishReason.Length, finish));
    }

    private static GeneratedAnswers Collect(GeneratorOverCache session, int[][] prompts) =>
        GeneratedAnswers.Collect(session.Generator.Generate(prompts, TestContext.Current.CancellationToken), prompts.Length);
}
