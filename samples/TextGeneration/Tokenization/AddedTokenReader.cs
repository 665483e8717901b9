using System.Globalization;
using System.Text.Json;
using TextGeneration.Json;

namespace TextGeneration.Tokenization;

/// <summary>Reads added tokens from tokenizer.json, or from tokenizer_config.json where there is no other.</summary>
internal static class AddedTokenReader
{
    /// <summary><c>added_tokens</c> of tokenizer.json.</summary>
    public static List<AddedToken> ReadList(JsonFields tokenizer) =>
        tokenizer.Has("added_tokens")
            ? [.. tokenizer.Objects("added_tokens").Select(token => Read(token, token.Int32("id", 0, TokenTable.MaximumId)))]
            : [];

    /// <summary><c>added_tokens_decoder</c> of tokenizer_config.json, whose names are the ids.</summary>
    public static List<AddedToken> ReadDecoder(JsonFields configuration)
    {
        if (configuration.OptionalObject("added_tokens_decoder") is not { } decoder)
            return [];

        var tokens = new List<AddedToken>();
        foreach ((string name, JsonElement _) in decoder.Properties())
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) || id > TokenTable.MaximumId)
                throw decoder.Error(name, $"is not named by a token id from 0 to {TokenTable.MaximumId}.");

            tokens.Add(Read(decoder.Object(name), id));
        }

        return tokens;
    }

    private static AddedToken Read(JsonFields token, int id)
    {
        string content = token.String("content");
        if (content.Length == 0)
            throw token.Error("content", "is empty; expected the token's text.");

        if (token.OptionalBoolean("single_word") ?? false)
            throw token.Error("single_word", $"is true for token '{content}', which is not supported.");

        return new AddedToken(
            id,
            content,
            token.OptionalBoolean("special") ?? false,
            token.OptionalBoolean("normalized") ?? false,
            token.OptionalBoolean("lstrip") ?? false,
            token.OptionalBoolean("rstrip") ?? false);
    }
}
