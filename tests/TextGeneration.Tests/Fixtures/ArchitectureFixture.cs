using System.Text.Json;

namespace TextGeneration.Tests.Fixtures;

/// <summary>What transformers made of the prompt of one architecture's model.</summary>
internal sealed record ArchitectureFixture(int[] Prompt, int[] MostLikely, float[] LastLogits, int[] Continuation)
{
    public static ArchitectureFixture Read(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        JsonElement fields = document.RootElement;
        return new ArchitectureFixture(
            JsonNumbers.Integers(fields.GetProperty("prompt")),
            JsonNumbers.Integers(fields.GetProperty("argmax")),
            JsonNumbers.Singles(fields.GetProperty("last_logits")),
            JsonNumbers.Integers(fields.GetProperty("continuation")));
    }
}
