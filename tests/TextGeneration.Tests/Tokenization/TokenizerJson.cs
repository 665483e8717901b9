using System.Text.Json.Nodes;

namespace TextGeneration.Tests.Tokenization;

/// <summary>Puts tokenizer.json files together. Byte b has id b; what is added comes after, in order.</summary>
internal static class TokenizerJson
{
    /// <summary>GPT-2's characters of bytes, by its published rule.</summary>
    public static string ByteCharacter(int value)
    {
        bool printable = value is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255);
        int shifted = Enumerable.Range(0, value).Count(other => other is not ((>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255)));
        return ((char)(printable ? value : 256 + shifted)).ToString();
    }

    /// <summary>A byte-level tokenizer whose merges make the tokens 256 and up, unless they are in the vocabulary already.</summary>
    public static JsonObject ByteLevel(params string[] merges)
    {
        var vocabulary = new JsonObject();
        for (int value = 0; value < 256; value++)
            vocabulary[ByteCharacter(value)] = value;

        foreach (string merge in merges)
        {
            string token = merge.Replace(" ", "", StringComparison.Ordinal);
            if (!vocabulary.ContainsKey(token))
                vocabulary[token] = vocabulary.Count;
        }

        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(),
            ["normalizer"] = null,
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}"""),
            ["post_processor"] = null,
            ["decoder"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["dropout"] = null,
                ["unk_token"] = null,
                ["continuing_subword_prefix"] = null,
                ["end_of_word_suffix"] = null,
                ["fuse_unk"] = false,
                ["byte_fallback"] = false,
                ["ignore_merges"] = false,
                ["vocab"] = vocabulary,
                ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
            },
        };
    }

    /// <summary>The form of the model shipped with the sample: bytes only, four special tokens, [begin] prompt [separator].</summary>
    public static JsonObject Shipped()
    {
        JsonObject tokenizer = ByteLevel();
        tokenizer["added_tokens"] = new JsonArray(
            Added(256, "<|begin_of_text|>"), Added(257, "<|answer|>"), Added(258, "<|end_of_text|>"), Added(259, "<|pad|>"));
        tokenizer["post_processor"] = JsonNode.Parse(
            """
            {"type":"TemplateProcessing",
             "single":[{"SpecialToken":{"id":"<|begin_of_text|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<|answer|>","type_id":0}}],
             "pair":[],
             "special_tokens":{
               "<|begin_of_text|>":{"id":"<|begin_of_text|>","ids":[256],"tokens":["<|begin_of_text|>"]},
               "<|answer|>":{"id":"<|answer|>","ids":[257],"tokens":["<|answer|>"]}}}
            """);
        return tokenizer;
    }

    public static JsonObject Added(int id, string content, bool special = true, bool normalized = false, bool stripsLeft = false, bool stripsRight = false) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = stripsLeft,
        ["rstrip"] = stripsRight,
        ["normalized"] = normalized,
        ["special"] = special,
    };
}
