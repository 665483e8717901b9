using TextGeneration.Generation;

namespace TextGeneration.Tests.Fixtures;

/// <summary>models/tiny-tasks gives what transformers gives, however prompts are batched and pages lie.</summary>
[Collection(TinyTasks.Collection)]
public sealed class TransformersTests(TinyTasks model)
{
    private static readonly GenerationOptions s_options = new() { MaxTokens = TransformersPrompt.MaxNewTokens };

    [Fact]
    public void Encodes_prompts_alike() =>
        Assert.Equal(TransformersPrompt.AllPromptTokens, TransformersPrompt.All.Select(prompt => model.Tokenizer.Encode(prompt.Prompt)));

    [Fact]
    public void Logits_of_each_prompt_alone() =>
        AssertFirstLogits([.. TransformersPrompt.AllPromptTokens.Select(prompt => model.Float32.Logits([prompt])[0][^1])]);

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(64)]
    public void Logits_of_all_prompts_in_one_step(int pageSize) =>
        AssertFirstLogits([.. model.Float32.Logits(TransformersPrompt.AllPromptTokens, pageSize).Select(static prompt => prompt[^1])]);

    [Fact]
    public void Tokens_of_each_prompt_alone()
    {
        foreach (TransformersPrompt prompt in TransformersPrompt.All)
        {
            GeneratedAnswers answers = model.Float32.Generate([prompt.PromptTokens], s_options);
            Assert.Equal(prompt.Float32Tokens, answers.Tokens[0]);
            Assert.Equal(FinishReason.Stop, answers.Finishes[0]);
            Assert.Equal(prompt.Answer, model.Tokenizer.Decode(answers.Tokens[0]));
        }
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(16, null)]
    [InlineData(64, null)]
    [InlineData(1, 1)]
    [InlineData(16, 2)]
    [InlineData(16, 3)]
    public void Tokens_of_all_prompts_together(int pageSize, int? pageOrder) =>
        AssertFloat32Tokens(model.Float32.Generate(TransformersPrompt.AllPromptTokens, s_options, pageSize, pageOrder));

    [Theory]
    [InlineData(1, 8192)]
    [InlineData(5, 64)]
    [InlineData(3, 1)]
    [InlineData(7, 8192)]
    [InlineData(32, 100)]
    public void Tokens_of_prompts_that_join_and_leave(int maxBatch, int maxStepTokens) =>
        AssertFloat32Tokens(model.Float32.Generate(
            TransformersPrompt.AllPromptTokens, s_options with { MaxBatch = maxBatch, MaxStepTokens = maxStepTokens }, pageOrder: 4));

    [Fact]
    public void Prompts_join_answers_that_are_under_way()
    {
        GeneratedAnswers answers = model.Float32.Generate(TransformersPrompt.AllPromptTokens, s_options with { MaxBatch = 5, MaxStepTokens = 64 });
        int[] first = [.. Enumerable.Range(0, answers.Tokens.Length).Select(prompt => Array.IndexOf(answers.Order, prompt))];
        int[] last = [.. Enumerable.Range(0, answers.Tokens.Length).Select(prompt => Array.LastIndexOf(answers.Order, prompt))];
        Assert.True(Enumerable.Range(1, first.Length - 1).Count(prompt => first[prompt] < last[prompt - 1]) > 5);
    }

    [Theory]
    [InlineData(64, 8192, 16)]
    [InlineData(5, 64, 16)]
    [InlineData(64, 8192, 1)]
    public void Tokens_in_bfloat16(int maxBatch, int maxStepTokens, int pageSize)
    {
        GenerationOptions options = s_options with { MaxBatch = maxBatch, MaxStepTokens = maxStepTokens };
        GeneratedAnswers answers = model.BFloat16.Generate(TransformersPrompt.AllPromptTokens, options, pageSize, pageOrder: 5);
        Assert.Equal(TransformersPrompt.All.Select(static prompt => prompt.BFloat16Tokens), answers.Tokens);
    }

    private static void AssertFloat32Tokens(GeneratedAnswers answers)
    {
        Assert.Equal(TransformersPrompt.All.Select(static prompt => prompt.Float32Tokens), answers.Tokens);
        Assert.All(answers.Finishes, static finish => Assert.Equal(FinishReason.Stop, finish));
    }

    private static void AssertFirstLogits(float[][] logits)
    {
        foreach ((TransformersPrompt prompt, float[] actual) in TransformersPrompt.All.Zip(logits))
        {
            Assert.Equal(prompt.Float32FirstLogits.Length, actual.Length);
            Assert.All(actual, (logit, token) => Assert.Equal(prompt.Float32FirstLogits[token], logit, 1e-3f));
        }
    }
}
