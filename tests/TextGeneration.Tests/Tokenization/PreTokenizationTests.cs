using System.Text.Json.Nodes;
using TextGeneration.Json;
using TextGeneration.Tokenization;

namespace TextGeneration.Tests.Tokenization;

public class PreTokenizationTests
{
    // The patterns that the tokenizers of Llama 3 and of Qwen 2 and 3 state.
    private const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Qwen = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    [Theory]
    [InlineData("Hello world", "Hello| world")]
    [InlineData("Hello   world", "Hello|  | world")]
    [InlineData("I'LL we've", "I|'LL| we|'ve")]
    [InlineData("1234567 8", "123|456|7| |8")]
    [InlineData("x = (a+b)\n\n  y", "x| =| (|a|+b|)\n\n| | y")]
    [InlineData("été", "été")]
    [InlineData("😀abc", "😀abc")]
    [InlineData("a 😀😀!", "a| 😀😀!")]
    [InlineData("𝐀𝐁 𠀀字", "𝐀𝐁| 𠀀字")]
    [InlineData("𝟏𝟐𝟑𝟒", "𝟏𝟐𝟑|𝟒")]
    public void Splits_as_Llama3(string text, string expected) => Assert.Equal(expected, Pieces(Split(Llama3), text));

    [Fact]
    public void Splits_digits_singly_as_Qwen() => Assert.Equal("a|1|2| b", Pieces(Split(Qwen), "a12 b"));

    [Theory]
    [InlineData("it's 12 o'clock  now", "it|'s| 12| o|'|clock| | now")]
    [InlineData("tabs\t\tand", "tabs|\t|\t|and")]
    public void Splits_as_GPT2_when_the_byte_level_step_is_told_to(string text, string expected) =>
        Assert.Equal(expected, Pieces("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""", text));

    [Fact]
    public void Splits_at_strings_and_can_remove_them()
    {
        const string Format = """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"String":"."},"behavior":"BEHAVIOR","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}""";
        Assert.Equal("a|.|.|b", Pieces(Format.Replace("BEHAVIOR", "Isolated", StringComparison.Ordinal), "a..b"));
        Assert.Equal("a|b", Pieces(Format.Replace("BEHAVIOR", "Removed", StringComparison.Ordinal), "a..b"));
    }

    [Theory]
    [InlineData("true", "a|1|2|b|½")]
    [InlineData("false", "a|12|b|½")]
    public void Splits_digits(string individual, string expected) =>
        Assert.Equal(
            expected,
            Pieces($$$"""{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":{{{individual}}}},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}""", "a12b½"));

    [Fact]
    public void Leaves_text_whole_without_a_pattern() =>
        Assert.Equal("a b\nc", Pieces("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""", "a b\nc"));

    private static string Split(string regex) => new JsonObject
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject { ["type"] = "Split", ["pattern"] = new JsonObject { ["Regex"] = regex }, ["behavior"] = "Isolated", ["invert"] = false },
            JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""")),
    }.ToJsonString();

    private static string Pieces(string preTokenizer, string text)
    {
        using var document = System.Text.Json.JsonDocument.Parse($$"""{"pre_tokenizer":{{preTokenizer}}}""");
        return string.Join('|', PreTokenization.Read(new JsonFields(document.RootElement, "tokenizer.json"))!.Split(text));
    }
}
