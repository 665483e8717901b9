using System.Text.Json;

namespace TextGeneration.Tests.Fixtures;

/// <summary>One prompt of tiny-tasks/transformers.json, with what transformers made of it.</summary>
internal sealed record TransformersPrompt(
    string Prompt, string Answer, int[] PromptTokens, int[] Float32Tokens, int[] BFloat16Tokens, float[] Float32FirstLogits)
{
    /// <summary>The most new tokens that transformers was asked for.</summary>
    public const int MaxNewTokens = 32;

    public static TransformersPrompt[] All { get; } = Read();

    public static int[][] AllPromptTokens { get; } = [.. All.Select(static prompt => prompt.PromptTokens)];

    private static TransformersPrompt[] Read()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(FixtureFiles.TinyTasks("transformers.json")));
        Assert.Equal(MaxNewTokens, document.RootElement.GetProperty("max_new_tokens").GetInt32());
        return
        [
            .. document.RootElement.GetProperty("prompts").EnumerateArray().Select(static prompt => new TransformersPrompt(
                prompt.GetProperty("prompt").GetString()!,
                prompt.GetProperty("answer").GetString()!,
                JsonNumbers.Integers(prompt.GetProperty("prompt_tokens")),
                JsonNumbers.Integers(prompt.GetProperty("float32_tokens")),
                JsonNumbers.Integers(prompt.GetProperty("bfloat16_tokens")),
                JsonNumbers.Singles(prompt.GetProperty("float32_first_logits")))),
        ];
    }
}
