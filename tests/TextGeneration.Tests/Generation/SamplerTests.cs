using TextGeneration.Generation;
using TextGeneration.Tests.Fixtures;
using static TorchSharp.torch;

namespace TextGeneration.Tests.Generation;

[Collection(TinyTasks.Collection)]
public sealed class SamplerTests(TinyTasks model)
{
    private static readonly float[] s_logits = [1.5f, -0.5f, 0, 3, 2.25f, -2, 0.75f];

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void Draws_follow_the_softmax(double temperature)
    {
        Random random = new(1);
        int[] counts = new int[s_logits.Length];
        for (int draw = 0; draw < 200_000; draw++)
            counts[Sampler.Draw(s_logits, temperature, random)]++;
        AssertFollowsSoftmax(s_logits, temperature, counts);
    }

    [Fact]
    public void Draws_never_take_a_token_of_no_weight()
    {
        Random random = new(2);
        float[] logits = [float.NegativeInfinity, 0, float.NegativeInfinity, 1, float.NegativeInfinity];
        for (int draw = 0; draw < 1_000; draw++)
            Assert.Contains(Sampler.Draw(logits, 1, random), (int[])[1, 3]);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-300)]
    public void Low_temperatures_take_the_likeliest_token(double temperature)
    {
        Random random = new(3);
        for (int draw = 0; draw < 100; draw++)
            Assert.Equal(3, Sampler.Draw(s_logits, temperature, random));
    }

    [Fact]
    public void Large_logits_do_not_overflow()
    {
        Random random = new(4);
        int[] counts = new int[2];
        for (int draw = 0; draw < 10_000; draw++)
            counts[Sampler.Draw([3e38f, 3e38f], 1, random)]++;
        AssertFollowsSoftmax([0, 0], 1, counts);
    }

    [Fact]
    public void Greedy_takes_the_likeliest_token_of_each_row()
    {
        model.Float32.Configuration.ToString();
        using Tensor logits = tensor(new float[,] { { 1, 3, 2 }, { -1, -3, -2 }, { 0, 0, 1 } });
        Assert.Equal([1L, 0, 2], Sampler.Greedy(logits));
    }

    /// <summary>The first draws of many copies of a prompt are independent of one another.</summary>
    [Fact]
    public void Draws_of_a_batch_follow_the_softmax()
    {
        const double Temperature = 8;
        int[] prompt = TransformersPrompt.AllPromptTokens[0];
        float[] logits = model.Float32.Logits([prompt])[0][^1];
        GenerationOptions options = new() { MaxTokens = 1, Temperature = Temperature, Seed = 5, MaxBatch = 512 };
        int[] counts = new int[logits.Length];
        int[] draws = [.. model.Float32.Generate([.. Enumerable.Repeat(prompt, 2_048)], options).Tokens.Select(static answer => answer[0])];
        foreach (int draw in draws)
            counts[draw]++;

        // Tokens together in groups, so that every group is expected often enough for the bound.
        int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token])];
        int[][] groups = [[order[0]], [order[1]], .. order[2..].Chunk(43)];
        AssertFollows(
            [.. groups.Select(group => group.Sum(token => Math.Exp(logits[token] / Temperature)))],
            [.. groups.Select(group => group.Sum(token => counts[token]))]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_text()
    {
        GenerationOptions options = new() { MaxTokens = 12, Temperature = 4, Seed = 6 };
        Assert.Equal(
            model.Float32.Generate(TransformersPrompt.AllPromptTokens, options).Tokens,
            model.Float32.Generate(TransformersPrompt.AllPromptTokens, options).Tokens);
    }

    [Fact]
    public void The_seed_changes_the_text()
    {
        int[][] prompts = TransformersPrompt.AllPromptTokens[..2];
        string[] texts =
        [
            .. ((int[])[0, 1, -1, 31, int.MinValue, int.MaxValue]).Select(seed =>
                string.Join(' ', model.Float32.Generate(prompts, new GenerationOptions { MaxTokens = 12, Temperature = 8, Seed = seed }).Tokens[0])),
        ];
        Assert.Equal(texts.Length, texts.Distinct().Count());
    }

    [Fact]
    public void Equal_prompts_draw_on_their_own()
    {
        int[][] prompts = [.. Enumerable.Repeat(TransformersPrompt.AllPromptTokens[0], 4)];
        GenerationOptions options = new() { MaxTokens = 12, Temperature = 8 };
        Assert.Equal(4, model.Float32.Generate(prompts, options).Tokens.Select(static answer => string.Join(' ', answer)).Distinct().Count());
    }

    [Fact]
    public void A_prompts_draws_do_not_depend_on_the_others()
    {
        int[][] prompts = TransformersPrompt.AllPromptTokens[..8];
        int[][] others = [.. prompts[..5], .. TransformersPrompt.AllPromptTokens[20..24]];
        GenerationOptions options = new() { MaxTokens = 12, Temperature = 4, Seed = 7 };
        int[][] together = model.Float32.Generate(prompts, options).Tokens;
        Assert.Equal(together[..5], model.Float32.Generate(others, options).Tokens[..5]);
        Assert.Equal(together, model.Float32.Generate(prompts, options with { MaxBatch = 3 }).Tokens);
    }

    private static void AssertFollowsSoftmax(float[] logits, double temperature, int[] counts) =>
        AssertFollows([.. logits.Select(logit => Math.Exp(logit / temperature))], counts);

    /// <summary>Pearson's chi-square statistic lies between bounds that one in 1,000 experiments exceeds on either side.</summary>
    private static void AssertFollows(double[] weights, int[] counts)
    {
        double total = weights.Sum(), statistic = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = counts.Sum() * weights[i] / total;
            Assert.True(expected >= 5, $"Group {i} is expected {expected} times, too few for the bound.");
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        }

        // Wilson and Hilferty: the cube root of chi-square / k is about normal.
        double freedom = weights.Length - 1;
        double deviation = 2 / (9 * freedom);
        double normal = (Math.Cbrt(statistic / freedom) - (1 - deviation)) / Math.Sqrt(deviation);
        Assert.InRange(normal, -3.1, 3.1);
    }
}
