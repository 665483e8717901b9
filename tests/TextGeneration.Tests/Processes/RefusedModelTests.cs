using System.Text.Json.Nodes;

namespace TextGeneration.Tests.Processes;

/// <summary>What the program says of model folders that it cannot use.</summary>
public sealed class RefusedModelTests : IDisposable
{
    private readonly TinyTasksCopy _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_folder_that_is_not_there() =>
        ProgramProcess.Run(["add 1 2", "--model", Path.Combine(_model.Path, "none")]).AssertRefused("none", "no such model folder");

    [Fact]
    public void A_file_instead_of_a_folder() =>
        ProgramProcess.Run(["add 1 2", "--model", Path.Combine(_model.Path, "config.json")]).AssertRefused("config.json", "no such model folder");

    [Theory]
    [InlineData("config.json")]
    [InlineData("tokenizer.json")]
    [InlineData("model.safetensors")]
    public void A_missing_file(string file)
    {
        _model.Delete(file);
        AssertRefused(file);
    }

    [Fact]
    public void Truncated_configuration()
    {
        _model.EditText("config.json", static text => text[..(text.Length / 2)]);
        AssertRefused("config.json", "line");
    }

    [Fact]
    public void Truncated_tokenizer()
    {
        _model.EditText("tokenizer.json", static text => text[..(text.Length / 2)]);
        AssertRefused("tokenizer.json");
    }

    [Fact]
    public void An_unsupported_architecture()
    {
        _model.EditConfiguration(static fields => fields["architectures"] = new JsonArray("GPT2LMHeadModel"));
        AssertRefused("'GPT2LMHeadModel'", "LlamaForCausalLM, ");
    }

    [Fact]
    public void Truncated_weights()
    {
        _model.EditWeights(static content => content[..(content.Length / 2)]);
        AssertRefused("model.safetensors", "truncated");
    }

    [Fact]
    public void Empty_weights()
    {
        _model.EditWeights(static _ => []);
        AssertRefused("model.safetensors", "empty");
    }

    [Fact]
    public void A_header_longer_than_the_file()
    {
        _model.EditWeights(static content => Safetensors.SafetensorsBytes.Of((ulong)content.Length * 2, content[8..], []));
        AssertRefused("model.safetensors", "the header claims", "truncated");
    }

    [Fact]
    public void Overlapping_tensors()
    {
        _model.EditHeader(static header => Tensor(header, "layers.1.self_attn.q_proj")["data_offsets"] =
            Tensor(header, "layers.0.self_attn.q_proj")["data_offsets"]!.DeepClone());
        AssertRefused("model.layers.1.self_attn.q_proj.weight", "overlaps");
    }

    [Fact]
    public void Tensors_out_of_range()
    {
        string name = "";
        _model.EditHeader(header =>
        {
            (name, JsonNode? last) = header.Where(static field => field.Key != "__metadata__").MaxBy(static field => (long)field.Value!["data_offsets"]![1]!);
            last!["shape"] = new JsonArray(1_000_000);
            last["data_offsets"] = new JsonArray((long)last["data_offsets"]![0]!, (long)last["data_offsets"]![0]! + 2_000_000);
        });
        AssertRefused($"'{name}'", "out of range");
    }

    [Fact]
    public void A_missing_tensor()
    {
        _model.EditHeader(static header =>
        {
            JsonNode tensor = Tensor(header, "layers.2.mlp.up_proj").DeepClone();
            header.Remove("model.layers.2.mlp.up_proj.weight");
            header["other"] = tensor;
        });
        AssertRefused("'model.layers.2.mlp.up_proj.weight' is missing", "[640, 256]");
    }

    [Fact]
    public void More_layers_than_there_are()
    {
        _model.EditConfiguration(static fields => fields["num_hidden_layers"] = 6);
        AssertRefused("'model.layers.5.input_layernorm.weight' is missing");
    }

    [Fact]
    public void A_wrong_shape()
    {
        _model.EditConfiguration(static fields => fields["intermediate_size"] = 641);
        AssertRefused("model.layers.0.mlp.gate_proj.weight", "[640, 256]", "[641, 256]");
    }

    [Fact]
    public void A_wrong_element_type()
    {
        _model.EditHeader(static header => Tensor(header, "layers.3.self_attn.k_proj")["dtype"] = "I16");
        AssertRefused("model.layers.3.self_attn.k_proj.weight", "I16", "F32, F16, BF16");
    }

    [Fact]
    public void A_vocabulary_smaller_than_the_tokenizers()
    {
        _model.EditConfiguration(static fields =>
        {
            fields["vocab_size"] = 200;
            foreach (string token in (string[])["bos_token_id", "eos_token_id", "pad_token_id"])
                fields[token] = 0;
        });
        _model.Delete("generation_config.json");
        _model.EditHeader(static header =>
        {
            JsonNode embedding = Tensor(header, "embed_tokens");
            long begin = (long)embedding["data_offsets"]![0]!;
            embedding["shape"] = new JsonArray(200, 256);
            embedding["data_offsets"] = new JsonArray(begin, begin + (200 * 256 * 2));
            header["rest"] = new JsonObject
            {
                ["dtype"] = "BF16",
                ["shape"] = new JsonArray(60, 256),
                ["data_offsets"] = new JsonArray(begin + (200 * 256 * 2), begin + (260 * 256 * 2)),
            };
        });
        AssertRefused("Prompt 1 of 1 has token 256", "vocab_size is 200");
    }

    private static JsonNode Tensor(JsonObject header, string name) => header[$"model.{name}.weight"]!;

    private void AssertRefused(params string[] parts) =>
        ProgramProcess.Run(["add 1 2", "--model", _model.Path]).AssertRefused(parts);
}
