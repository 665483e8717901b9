using System.Collections.Immutable;
using System.Text.Json;
using TextGeneration.Json;

namespace TextGeneration.Tokenization;

/// <summary>The special tokens around a prompt, as a <c>TemplateProcessing</c> post-processor states them.</summary>
/// <param name="Before">Ids before the prompt's.</param>
/// <param name="After">Ids after the prompt's.</param>
internal sealed record PromptTemplate(ImmutableArray<int> Before, ImmutableArray<int> After)
{
    private const string Supported = "TemplateProcessing, ByteLevel, Sequence of these";

    public static PromptTemplate Empty { get; } = new([], []);

    public int[] Apply(IReadOnlyCollection<int> prompt) => [.. Before, .. prompt, .. After];

    /// <summary>Reads <c>post_processor</c> of tokenizer.json.</summary>
    public static PromptTemplate Read(JsonFields tokenizer) =>
        tokenizer.OptionalObject("post_processor") is { } processor ? Read(processor, Empty) : Empty;

    private static PromptTemplate Read(JsonFields processor, PromptTemplate inner)
    {
        string type = processor.String("type");
        return type switch
        {
            // It only trims the offsets into the text, which nothing here uses.
            "ByteLevel" => inner,
            "Sequence" => processor.Objects("processors").Aggregate(inner, (template, step) => Read(step, template)),
            "TemplateProcessing" => ReadTemplate(processor, inner),
            _ => throw processor.Error("type", $"is '{type}', which is not supported; supported are {Supported}."),
        };
    }

    private static PromptTemplate ReadTemplate(JsonFields processor, PromptTemplate inner)
    {
        var before = new List<int>();
        var after = new List<int>();
        bool promptSeen = false;
        foreach (JsonFields piece in processor.Objects("single"))
        {
            if (piece.OptionalObject("Sequence") is { } sequence)
            {
                string name = sequence.String("id");
                if (name != "A" || promptSeen)
                    throw sequence.Error("id", $"is '{name}'{(promptSeen ? " and not the first sequence" : "")}; a template for one prompt has sequence 'A' once.");

                promptSeen = true;
            }
            else
            {
                string token = piece.Object("SpecialToken").String("id");
                (promptSeen ? after : before).AddRange(ReadIds(processor, token));
            }
        }

        if (!promptSeen)
            throw processor.Error("single", "has no sequence 'A', so the prompt would be left out.");

        return new PromptTemplate([.. before, .. inner.Before], [.. inner.After, .. after]);
    }

    private static IEnumerable<int> ReadIds(JsonFields processor, string token)
    {
        JsonFields specials = processor.Object("special_tokens");
        JsonFields special = specials.Object(token);
        foreach (JsonElement id in special.Array("ids"))
            yield return special.Int32(id, "ids", 0, TokenTable.MaximumId);
    }
}
