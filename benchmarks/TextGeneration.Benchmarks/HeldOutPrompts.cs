using System.Text.Json;
using System.Text.Json.Serialization;

namespace TextGeneration.Benchmarks;

/// <summary>Prompts that the model was not trained on, with their answers.</summary>
internal static class HeldOutPrompts
{
    /// <summary>The first so many: sort and reverse in turn, the two tasks whose answers are more than a few tokens.</summary>
    public static HeldOutPrompt[] Take(int count)
    {
        ILookup<string, HeldOutPrompt> byTask = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "held-out.jsonl"))
            .Select(static line => JsonSerializer.Deserialize(line, HeldOutPromptContext.Default.HeldOutPrompt)!)
            .ToLookup(static prompt => prompt.Task);
        return [.. byTask["sort"].Zip(byTask["reverse"], static (sort, reverse) => new[] { sort, reverse }).SelectMany(static pair => pair).Take(count)];
    }
}

/// <summary>A line of the file.</summary>
internal sealed record HeldOutPrompt(string Task, string Prompt, string Answer);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HeldOutPrompt))]
internal sealed partial class HeldOutPromptContext : JsonSerializerContext;
