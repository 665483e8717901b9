using System.Text.Json;

namespace TextGeneration.Tests.Fixtures;

/// <summary>One prompt of tiny-tasks/held-out.jsonl with the right answer.</summary>
internal sealed record HeldOutPrompt(string Task, string Prompt, string Answer)
{
    public static HeldOutPrompt[] ReadAll() =>
    [
        .. File.ReadLines(FixtureFiles.TinyTasks("held-out.jsonl")).Select(static line =>
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement fields = document.RootElement;
            return new HeldOutPrompt(
                fields.GetProperty("task").GetString()!, fields.GetProperty("prompt").GetString()!, fields.GetProperty("answer").GetString()!);
        }),
    ];
}
