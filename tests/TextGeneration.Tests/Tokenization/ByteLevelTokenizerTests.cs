using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using TextGeneration.Tokenization;

namespace TextGeneration.Tests.Tokenization;

public sealed class ByteLevelTokenizerTests : IDisposable
{
    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shipped_form_writes_bytes_within_its_template()
    {
        HuggingFaceTokenizer tokenizer = Load(TokenizerJson.Shipped());
        Assert.Equal([256, 'H', 'i', ' ', 0xC3, 0xA9, '\n', 0, 0x7F, 257], tokenizer.Encode("Hi é\n\0\u007f"));
        Assert.Equal([256, 0xF0, 0x9F, 0x98, 0x80, 257], tokenizer.Encode("😀"));
        Assert.Equal([256, 257], tokenizer.Encode(""));
        Assert.Equal(260, tokenizer.VocabularySize);
        Assert.True(tokenizer.TryGetId("<|end_of_text|>", out int id));
        Assert.Equal(258, id);
        Assert.False(tokenizer.TryGetId("<|nothing|>", out _));
    }

    [Fact]
    public void Every_text_comes_back()
    {
        HuggingFaceTokenizer tokenizer = Load(TokenizerJson.Shipped());
        Gen.Int[0, 0x10FFFF].Where(value => value is < 0xD800 or > 0xDFFF).Array[0, 40].Sample(
            values =>
            {
                string text = string.Concat(values.Select(char.ConvertFromUtf32));
                int[] ids = tokenizer.Encode(text);
                Assert.Equal(Encoding.UTF8.GetBytes(text).Select(value => (int)value), ids[1..^1]);
                Assert.Equal(text, tokenizer.Decode(ids));
            },
            iter: 2_000,
            threads: 1);
    }

    // Merges by rank: 0 er, 1 lo, 2 low, 3 lower, 4 Glow, where G stands for the space. Their ids are 256 to 260.
    [Theory]
    [InlineData("lower", "259")]                     // l o w er > lo w er > low er > lower
    [InlineData("lowe", "258 101")]                  // lo w e > low e
    [InlineData(" low", "260")]                      // the space joins last
    [InlineData("low low", "258 260")]
    [InlineData("lower lower", "259 32 259")]        // in " lower" rank 3 (low er) comes before rank 4 (space low), which then finds no low
    [InlineData("wol", "119 111 108")]
    [InlineData("", "")]
    public void Merges_in_the_order_of_the_list(string text, string expected)
    {
        JsonObject json = TokenizerJson.ByteLevel("e r", "l o", "lo w", "low er", "Ġ low");
        json["pre_tokenizer"]!["use_regex"] = true;
        Assert.Equal(expected, string.Join(' ', Load(json).Encode(text)));
    }

    [Fact]
    public void A_later_pair_of_lower_rank_goes_first()
    {
        HuggingFaceTokenizer tokenizer = Load(TokenizerJson.ByteLevel("b c", "a b", "ab c"));
        Assert.Equal(['a', 256], tokenizer.Encode("abc"));
        Assert.Equal([257, 'd'], tokenizer.Encode("abd"));
    }

    [Fact]
    public void Merges_may_be_written_as_pairs()
    {
        JsonObject json = TokenizerJson.ByteLevel("b c", "a bc");
        json["model"]!["merges"] = JsonNode.Parse("""[["b","c"],["a","bc"]]""");
        Assert.Equal([257, 'a', 'b'], Load(json).Encode("abcab"));
    }

    [Fact]
    public void Whole_words_win_when_merges_are_ignored()
    {
        JsonObject json = TokenizerJson.ByteLevel("b c");
        json["model"]!["vocab"]!["abc"] = 257;
        Assert.Equal(['a', 256], Load(json).Encode("abc"));
        json["model"]!["ignore_merges"] = true;
        Assert.Equal([257], Load(json).Encode("abc"));
        Assert.Equal([257 - 1, 'a'], Load(json).Encode("bca"));
    }

    /// <summary>Against the algorithm as the paper words it: of all adjacent pairs the one of lowest rank, leftmost first, until none is left.</summary>
    [Fact]
    public void Agrees_with_the_textbook_algorithm() =>
        Gen.Select(Gen.Int[0, 99].Array[1, 12], Gen.Char['a', 'c'].Array[1, 30]).Sample(
            (choices, characters) =>
            {
                var tokens = new List<string> { "a", "b", "c" };
                var merges = new List<string>();
                foreach (int choice in choices)
                {
                    string left = tokens[choice % tokens.Count], right = tokens[choice / 3 % tokens.Count];
                    if (merges.Contains($"{left} {right}"))
                        continue;

                    merges.Add($"{left} {right}");
                    if (!tokens.Contains(left + right))
                        tokens.Add(left + right);
                }

                JsonObject json = TokenizerJson.ByteLevel([.. merges]);
                string text = new(characters);
                List<string> symbols = [.. text.Select(character => character.ToString())];
                while (true)
                {
                    int best = Enumerable.Range(0, symbols.Count - 1)
                        .Where(index => merges.Contains($"{symbols[index]} {symbols[index + 1]}"))
                        .OrderBy(index => merges.IndexOf($"{symbols[index]} {symbols[index + 1]}"))
                        .ThenBy(index => index)
                        .FirstOrDefault(-1);
                    if (best < 0)
                        break;

                    symbols[best] += symbols[best + 1];
                    symbols.RemoveAt(best + 1);
                }

                Assert.Equal(symbols.Select(symbol => (int)json["model"]!["vocab"]![symbol]!), Load(json).Encode(text));
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Added_tokens_are_found_in_the_text_longest_first()
    {
        JsonObject json = TokenizerJson.ByteLevel();
        json["added_tokens"] = new JsonArray(
            TokenizerJson.Added(300, "<a>"),
            TokenizerJson.Added(301, "<a><b>"),
            TokenizerJson.Added(302, "<think>", special: false),
            TokenizerJson.Added(303, "<strip>", stripsLeft: true, stripsRight: true),
            TokenizerJson.Added(304, "<late>", special: false, normalized: true));
        HuggingFaceTokenizer tokenizer = Load(json);
        Assert.Equal(['x', 300, 'y'], tokenizer.Encode("x<a>y"));
        Assert.Equal([301, 300, 300], tokenizer.Encode("<a><b><a><a>"));
        Assert.Equal(['<', 'a', 302], tokenizer.Encode("<a<think>"));
        Assert.Equal(['x', 303, 'y'], tokenizer.Encode("x \n<strip>  y"));
        Assert.Equal([304, ' ', 300], tokenizer.Encode("<late> <a>"));
        Assert.Equal("x<think>y", tokenizer.Decode(['x', 300, 302, 303, 'y']));
        Assert.Equal(305, tokenizer.VocabularySize);
    }

    [Fact]
    public void Templates_in_a_sequence_wrap_one_another()
    {
        JsonObject json = TokenizerJson.Shipped();
        JsonNode template = json["post_processor"]!.DeepClone();
        json["post_processor"] = new JsonObject
        {
            ["type"] = "Sequence",
            ["processors"] = new JsonArray(
                JsonNode.Parse("""{"type":"ByteLevel","trim_offsets":true}"""),
                template,
                JsonNode.Parse("""{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<|pad|>","type_id":0}}],"special_tokens":{"<|pad|>":{"id":"<|pad|>","ids":[259,258],"tokens":["<|pad|>"]}}}""")),
        };
        Assert.Equal([256, 'x', 257, 259, 258], Load(json).Encode("x"));
    }

    [Fact]
    public void A_prefix_space_is_added_when_asked_for()
    {
        JsonObject json = TokenizerJson.ByteLevel();
        json["pre_tokenizer"]!["add_prefix_space"] = true;
        Assert.Equal([' ', 'x'], Load(json).Encode("x"));
        Assert.Equal([' ', 'x'], Load(json).Encode(" x"));
    }

    [Fact]
    public void Asks_for_form_c_only_when_the_tokenizer_does()
    {
        JsonObject json = TokenizerJson.ByteLevel();
        Assert.Equal(['e', 0xCC, 0x81], Load(json).Encode("e\u0301"));
        json["normalizer"] = new JsonObject { ["type"] = "NFC" };
        Assert.Equal([0xC3, 0xA9], Load(json).Encode("\u00E9"));
        Assert.Throws<InvalidInputException>(() => Load(json).Encode("e\u0301"));
    }

    [Theory]
    [InlineData("normalizer", """{"type":"NFKC"}""", "'normalizer.type' is 'NFKC'", "NFC")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace"}""", "type 'BPE' without a ByteLevel pre-tokenizer", "tokenizer.model")]
    [InlineData("pre_tokenizer", "null", "without a ByteLevel pre-tokenizer")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Whitespace"},{"type":"ByteLevel"}]}""", "'pre_tokenizer.pretokenizers[0].type' is 'Whitespace'", "Split")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"ByteLevel"},{"type":"Digits"}]}""", "'Digits', after ByteLevel")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(["},"behavior":"Isolated"},{"type":"ByteLevel"}]}""", "pattern.Regex", "do not know")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"x"},"behavior":"Contiguous"},{"type":"ByteLevel"}]}""", "'Contiguous'", "Isolated, Removed")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"x"},"behavior":"Isolated","invert":true},{"type":"ByteLevel"}]}""", "invert' is true")]
    [InlineData("post_processor", """{"type":"RobertaProcessing"}""", "'RobertaProcessing'", "TemplateProcessing")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[],"special_tokens":{}}""", "no sequence 'A'")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B"}}],"special_tokens":{}}""", "'B'")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],"special_tokens":{}}""", "'post_processor.special_tokens.<s>' is missing")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],"special_tokens":{"<s>":{"ids":[999]}}}""", "token 999", "no token has that id")]
    [InlineData("decoder", "null", "'decoder' is null", "ByteLevel")]
    [InlineData("decoder", """{"type":"Sequence","decoders":[{"type":"ByteFallback"}]}""", "'decoder.decoders[0].type' is 'ByteFallback'")]
    [InlineData("added_tokens", """[{"id":65,"content":"<s>"}]""", "'<s>' id 65", "another token")]
    [InlineData("added_tokens", """[{"id":300,"content":"A"}]""", "'A' id 300", "id 65 already")]
    [InlineData("added_tokens", """[{"id":-1,"content":"<s>"}]""", "'added_tokens[0].id' is -1")]
    [InlineData("added_tokens", """[{"id":300,"content":""}]""", "'added_tokens[0].content' is empty")]
    [InlineData("added_tokens", """[{"id":300,"content":"x","single_word":true}]""", "single_word", "not supported")]
    [InlineData("added_tokens", """[7]""", "'added_tokens[0]' is 7")]
    [InlineData("model", "null", "'model' is null")]
    [InlineData("model", """{"type":"WordPiece"}""", "type 'WordPiece'", "byte-level BPE")]
    [InlineData("model", """{"type":"Unigram"}""", "type 'Unigram'")]
    [InlineData("model", """{"type":"BPE"}""", "'model.vocab' is missing")]
    [InlineData("model", """{"type":"BPE","vocab":{},"merges":[]}""", "'model.vocab' is empty")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"b":0},"merges":[]}""", "'model.vocab.b' has id 0", "'a'")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0.5},"merges":[]}""", "'model.vocab.a' is 0.5")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":99999999},"merges":[]}""", "'model.vocab.a' is 99999999")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0}}""", "'model.merges' is missing")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a"]}""", "'model.merges[0]' is \"a\"", "two tokens")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a a a"]}""", "two tokens")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":[["a","a","a"]]}""", "two tokens")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0},"merges":["a a"]}""", "'model.merges[0]' needs token 'aa'")]
    [InlineData("model", """{"type":"BPE","vocab":{"a":0,"aa":1},"merges":["a a","a a"]}""", "'model.merges[1]'", "second time")]
    [InlineData("model", """{"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]}""", "'model.dropout'")]
    [InlineData("model", """{"type":"BPE","end_of_word_suffix":"</w>","vocab":{"a":0},"merges":[]}""", "'model.end_of_word_suffix'")]
    public void Rejects_what_it_cannot_do(string field, string value, params string[] parts)
    {
        JsonObject json = TokenizerJson.ByteLevel();
        json[field] = JsonNode.Parse(value);
        string path = _folder.Write("tokenizer.json", json.ToJsonString());
        Expect.InvalidInput(() => HuggingFaceTokenizer.Load(_folder.Path), [path, .. parts]);
    }

    [Fact]
    public void Says_which_byte_has_no_token()
    {
        JsonObject json = TokenizerJson.ByteLevel();
        json["model"]!["vocab"]!.AsObject().Remove("Ġ");
        HuggingFaceTokenizer tokenizer = Load(json);
        Expect.InvalidInput(() => tokenizer.Encode("a b"), "tokenizer.json", "0x20");
    }

    [Fact]
    public void Rejects_half_a_surrogate_pair()
    {
        HuggingFaceTokenizer tokenizer = Load(TokenizerJson.Shipped());
        Expect.InvalidInput(() => tokenizer.Encode("a\ud800b"), "U+D800 at index 1");
        Expect.InvalidInput(() => tokenizer.Encode("\udc00"), "U+DC00 at index 0");
        Expect.InvalidInput(() => tokenizer.Encode("😀\ud83d"), "U+D83D at index 2");
    }

    [Fact]
    public void Names_a_folder_without_a_tokenizer()
    {
        Expect.InvalidInput(() => HuggingFaceTokenizer.Load(_folder.Path), "neither tokenizer.json nor tokenizer.model");
        Expect.InvalidInput(() => HuggingFaceTokenizer.Load(Path.Combine(_folder.Path, "none")), "no such model folder");
        _folder.Write("tokenizer.json", "{,}");
        Expect.InvalidInput(() => HuggingFaceTokenizer.Load(_folder.Path), "tokenizer.json", "line 1, column 2");
    }

    private HuggingFaceTokenizer Load(JsonObject json)
    {
        _folder.Write("tokenizer.json", json.ToJsonString());
        return HuggingFaceTokenizer.Load(_folder.Path);
    }
}
