using AttentionGen;
using TextGeneration.Generation;

namespace TextGeneration.Tests.Fixtures;

/// <summary>Each architecture of tests/fixtures/architectures gives what transformers gives.</summary>
[Collection(TinyTasks.Collection)]
public sealed class ArchitectureTests
{
    public static TheoryData<string> Names { get; } =
    [
        "llama-attention-bias", "llama-rope-default", "llama-rope-linear", "llama-rope-linear-older-config", "llama-rope-llama3",
        "llama-rope-yarn", "llama-sharded", "mistral", "qwen2", "qwen3",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gives_the_logits_and_tokens_of_transformers(string name)
    {
        string folder = FixtureFiles.Architecture(name);
        ArchitectureFixture expected = ArchitectureFixture.Read(folder);
        using LoadedModel model = LoadedModel.Load(folder, ElementType.Float32);

        float[][] logits = model.Logits([expected.Prompt])[0];
        Assert.Equal(expected.MostLikely, logits.Select(static row => Array.IndexOf(row, row.Max())));
        float tolerance = 1e-4f * expected.LastLogits.Max(MathF.Abs);
        Assert.Equal(expected.LastLogits.Length, logits[^1].Length);
        Assert.All(logits[^1], (logit, token) => Assert.Equal(expected.LastLogits[token], logit, tolerance));

        GenerationOptions options = new() { MaxTokens = expected.Continuation.Length };
        foreach ((int pageSize, int? order) in ((int, int?)[])[(16, null), (1, 1), (3, 2)])
            Assert.Equal(expected.Continuation, model.Generate([expected.Prompt], options, pageSize, order).Tokens[0]);

        // Beside prompts of other lengths, one of which begins in a later step.
        int[][] prompts = [expected.Prompt[..7], expected.Prompt, expected.Prompt[3..], expected.Prompt];
        GeneratedAnswers batched = model.Generate(prompts, options with { MaxStepTokens = 90 }, pageSize: 4, pageOrder: 3);
        Assert.Equal(expected.Continuation, batched.Tokens[1]);
        Assert.Equal(expected.Continuation, batched.Tokens[3]);
    }

    [Fact]
    public void Every_folder_is_tested() => Assert.Equal(
        Directory.EnumerateDirectories(FixtureFiles.Architecture("")).Select(Path.GetFileName).Order(StringComparer.Ordinal),
        Names.Select(static row => row.Data).Order(StringComparer.Ordinal));
}
