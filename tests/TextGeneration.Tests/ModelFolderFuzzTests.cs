using System.Text;
using CsCheck;
using TextGeneration.Configuration;
using TextGeneration.Tests.Tokenization;
using TextGeneration.Tokenization;

namespace TextGeneration.Tests;

/// <summary>Damaged text files of a model folder load, or fail as input errors; nothing else may come out.</summary>
public class ModelFolderFuzzTests
{
    private const string Configuration =
        """{"architectures":["Qwen3ForCausalLM"],"hidden_size":64,"intermediate_size":8,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"vocab_size":99,"max_position_embeddings":32,"eos_token_id":[1,2],"use_sliding_window":true,"sliding_window":4,"layer_types":["full_attention","sliding_attention"],"rope_parameters":{"rope_type":"yarn","factor":2.0,"beta_fast":32,"rope_theta":1e4}}""";

    private static readonly string Tokenizer = Small();

    // What to cut out, and what to put there instead: bytes, or another piece of JSON.
    private static readonly Gen<(double Position, int Length, string Insert)> Edits = Gen.Select(
        Gen.Double[0, 1],
        Gen.Int[0, 12],
        Gen.OneOf(
            Gen.Char[' ', '~'].Select(character => character.ToString()),
            Gen.Int[0, 9].Select(index => new[] { "null", "{}", "[]", "-1", "1e400", "\"\\ud800\"", "true", "\"x\"", "99999999999", "" }[index])));

    [Fact]
    public void Configuration_is_read_or_rejected() => Sample("config.json", Configuration, folder =>
    {
        ModelConfiguration model = ModelConfiguration.Load(folder);
        Assert.Equal(model.HeadSize / 2, RotaryFrequencies.Compute(model).InverseFrequencies.Length);
    });

    [Fact]
    public void Tokenizer_is_read_or_rejected() => Sample("tokenizer.json", Tokenizer, folder =>
    {
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Load(folder);
        _ = tokenizer.Decode(tokenizer.Encode("ab <s> ba"));
    });

    private static void Sample(string name, string valid, Action<string> load)
    {
        using var folder = new ModelFolder();
        folder.Write(name, valid);
        load(folder.Path);

        Edits.Array[1, 3].Sample(
            edits =>
            {
                string content = valid;
                foreach ((double position, int length, string insert) in edits)
                {
                    int start = (int)(position * content.Length);
                    content = content[..start] + insert + content[Math.Min(content.Length, start + length)..];
                }

                folder.Write(name, Encoding.UTF8.GetBytes(content));
                try
                {
                    load(folder.Path);
                }
                catch (InvalidInputException)
                {
                    // A clear refusal is as good as a load.
                }
            },
            iter: 2_000,
            threads: 1);
    }

    private static string Small() =>
        """
        {"added_tokens":[{"id":9,"content":"<s>","special":true,"normalized":false}],"normalizer":{"type":"NFC"},
         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\p{L}+| "},"behavior":"Isolated"},{"type":"ByteLevel","use_regex":false,"add_prefix_space":false}]},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}],"special_tokens":{"<s>":{"ids":[9]}}},
         "decoder":{"type":"ByteLevel"},
         "model":{"type":"BPE","ignore_merges":false,"vocab":{"a":0,"b":1,"SPACE":2,"ab":3,"SPACEab":4},"merges":["a b",["SPACE","ab"]]}}
        """.Replace("SPACE", TokenizerJson.ByteCharacter(' '), StringComparison.Ordinal);
}
