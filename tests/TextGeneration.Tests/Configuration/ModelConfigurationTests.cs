using System.Text.Json.Nodes;
using TextGeneration.Configuration;
using TextGeneration.Safetensors;

namespace TextGeneration.Tests.Configuration;

public sealed class ModelConfigurationTests : IDisposable
{
    private const string Llama =
        """
        {
          "architectures": ["LlamaForCausalLM"],
          "hidden_size": 256,
          "intermediate_size": 640,
          "num_hidden_layers": 3,
          "num_attention_heads": 4,
          "num_key_value_heads": 2,
          "rms_norm_eps": 1e-05,
          "vocab_size": 260,
          "max_position_embeddings": 1024,
          "hidden_act": "silu"
        }
        """;

    private readonly ModelFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_what_is_stated()
    {
        ModelConfiguration model = Load(
            "{}",
            """{"head_dim":80,"tie_word_embeddings":true,"torch_dtype":"bfloat16","bos_token_id":256,"eos_token_id":258,"rope_theta":500000.0,"pad_token_id":259}""");
        Assert.Equal(ModelArchitecture.LlamaForCausalLM, model.Architecture);
        Assert.Equal((256, 640, 3, 4, 2, 80), (model.HiddenSize, model.IntermediateSize, model.Layers, model.QueryHeads, model.KeyValueHeads, model.HeadSize));
        Assert.Equal((1e-5, 260, 1024, true), (model.RmsNormEpsilon, model.VocabularySize, model.MaximumPositions, model.TieWordEmbeddings));
        Assert.Equal(TensorElementType.BFloat16, model.ElementType);
        Assert.Equal(256, model.BeginOfTextId);
        Assert.Equal([258], model.EndOfTextIds);
        Assert.Equal(new RotaryConfiguration { Scaling = RotaryScaling.Default, Base = 500_000 }, model.Rotary);
        Assert.Equal([null, null, null], model.SlidingWindows);
    }

    [Fact]
    public void Fills_in_defaults()
    {
        ModelConfiguration model = Load("""{"num_key_value_heads":null,"head_dim":null,"rms_norm_eps":null,"rope_scaling":null,"eos_token_id":null}""");
        Assert.Equal((4, 64, 1e-6), (model.KeyValueHeads, model.HeadSize, model.RmsNormEpsilon));
        Assert.False(model.TieWordEmbeddings || model.QueryKeyValueBias || model.AttentionOutputBias || model.FeedForwardBias || model.QueryKeyNorm);
        Assert.Equal(new RotaryConfiguration { Scaling = RotaryScaling.Default, Base = 10_000 }, model.Rotary);
        Assert.Null(model.ElementType);
        Assert.Null(model.BeginOfTextId);
        Assert.Empty(model.EndOfTextIds);
    }

    // Query/key/value bias, output bias, feed-forward bias, query/key norm: as each architecture's modelling code has them.
    [Theory]
    [InlineData("LlamaForCausalLM", false, false, false, false)]
    [InlineData("MistralForCausalLM", false, false, false, false)]
    [InlineData("Qwen2ForCausalLM", true, false, false, false)]
    [InlineData("Qwen3ForCausalLM", false, false, false, true)]
    public void Spells_out_what_an_architecture_implies(string name, bool queryKeyValue, bool output, bool feedForward, bool norm)
    {
        ModelConfiguration model = Load(Architecture(name));
        Assert.Equal(
            (queryKeyValue, output, feedForward, norm),
            (model.QueryKeyValueBias, model.AttentionOutputBias, model.FeedForwardBias, model.QueryKeyNorm));
    }

    [Theory]
    [InlineData("LlamaForCausalLM", true, true, true)]
    [InlineData("MistralForCausalLM", false, false, false)]
    [InlineData("Qwen2ForCausalLM", true, false, false)]
    [InlineData("Qwen3ForCausalLM", true, true, false)]
    public void Honours_bias_fields_where_the_architecture_does(string name, bool queryKeyValue, bool output, bool feedForward)
    {
        ModelConfiguration model = Load(Architecture(name), """{"attention_bias":true,"mlp_bias":true}""");
        Assert.Equal((queryKeyValue, output, feedForward), (model.QueryKeyValueBias, model.AttentionOutputBias, model.FeedForwardBias));
    }

    [Fact]
    public void Qwen3_heads_are_128_wide_unless_stated()
    {
        Assert.Equal(128, Load(Architecture("Qwen3ForCausalLM")).HeadSize);
        Assert.Equal(64, Load(Architecture("Qwen3ForCausalLM"), """{"head_dim":null}""").HeadSize);
        Assert.Equal(32, Load(Architecture("Qwen3ForCausalLM"), """{"head_dim":32}""").HeadSize);
    }

    [Theory]
    [InlineData("MistralForCausalLM", """{"sliding_window":8}""", "8 8 8")]
    [InlineData("MistralForCausalLM", """{"sliding_window":null}""", "- - -")]
    [InlineData("MistralForCausalLM", "{}", "4096 4096 4096")]
    [InlineData("LlamaForCausalLM", """{"sliding_window":8}""", "- - -")]
    [InlineData("Qwen2ForCausalLM", """{"sliding_window":8,"max_window_layers":1}""", "- - -")]
    [InlineData("Qwen2ForCausalLM", """{"sliding_window":8,"max_window_layers":1,"use_sliding_window":false}""", "- - -")]
    [InlineData("Qwen2ForCausalLM", """{"sliding_window":8,"max_window_layers":1,"use_sliding_window":true}""", "- 8 8")]
    [InlineData("Qwen2ForCausalLM", """{"sliding_window":8,"use_sliding_window":true}""", "- - -")]
    [InlineData("Qwen3ForCausalLM", """{"max_window_layers":2,"use_sliding_window":true}""", "- - 4096")]
    [InlineData("Qwen3ForCausalLM", """{"sliding_window":8,"use_sliding_window":true,"layer_types":["sliding_attention","full_attention","sliding_attention"]}""", "8 - 8")]
    [InlineData("Qwen2ForCausalLM", """{"sliding_window":8,"use_sliding_window":false,"layer_types":["full_attention","full_attention","full_attention"]}""", "- - -")]
    public void Finds_the_window_of_each_layer(string architecture, string fields, string expected)
    {
        ModelConfiguration model = Load(Architecture(architecture), fields);
        Assert.Equal(expected, string.Join(' ', model.SlidingWindows.Select(window => window?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-")));
    }

    [Fact]
    public void Generation_configuration_overrides_the_end_tokens()
    {
        _folder.Write("generation_config.json", """{"eos_token_id":[258,3,258]}""");
        Assert.Equal([258, 3], Load("""{"eos_token_id":7}""").EndOfTextIds);
        _folder.Write("generation_config.json", """{"temperature":0.6}""");
        Assert.Equal([7, 8], Load("""{"eos_token_id":[7,8]}""").EndOfTextIds);
        _folder.Write("generation_config.json", """{"eos_token_id":[260]}""");
        Expect.InvalidInput(() => Load("{}"), "generation_config.json", "'eos_token_id' is 260", "0 to 259");
    }

    [Theory]
    [InlineData("""{"rope_scaling":{"type":"linear","factor":4}}""")]
    [InlineData("""{"rope_scaling":{"rope_type":"linear","factor":4.0}}""")]
    [InlineData("""{"rope_scaling":{"rope_type":"linear","type":"linear","factor":4.0}}""")]
    [InlineData("""{"rope_parameters":{"rope_type":"linear","factor":4.0,"rope_theta":10000.0}}""")]
    [InlineData("""{"rope_parameters":{"rope_type":"linear","factor":4.0},"rope_theta":10000}""")]
    [InlineData("""{"rope_parameters":{"rope_type":"linear","factor":4.0,"rope_theta":10000.0},"rope_scaling":{"type":"linear","factor":4},"rope_theta":10000}""")]
    public void Reads_every_form_of_rotary_settings(string fields) =>
        Assert.Equal(new RotaryConfiguration { Scaling = RotaryScaling.Linear, Base = 10_000, Factor = 4 }, Load(fields).Rotary);

    [Fact]
    public void Reads_llama3_scaling_in_both_forms()
    {
        var expected = new RotaryConfiguration
        {
            Scaling = RotaryScaling.Llama3, Base = 500_000, Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaximumPositions = 512,
        };
        const string Common = """ "factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":512,"rope_type":"llama3" """;
        Assert.Equal(expected, Load($$$"""{"rope_theta":500000.0,"rope_scaling":{{{{Common}}}}}""").Rotary);
        Assert.Equal(expected, Load($$$"""{"rope_parameters":{"rope_theta":500000.0,{{{Common}}}}}""").Rotary);
    }

    [Fact]
    public void Reads_yarn_scaling_with_and_without_its_options()
    {
        Assert.Equal(
            new RotaryConfiguration { Scaling = RotaryScaling.Yarn, Base = 10_000, Factor = 4, OriginalMaximumPositions = 256 },
            Load("""{"rope_scaling":{"type":"yarn","factor":4.0,"original_max_position_embeddings":256}}""").Rotary);
        Assert.Equal(
            new RotaryConfiguration
            {
                Scaling = RotaryScaling.Yarn, Base = 1e6, Factor = 4, OriginalMaximumPositions = 256, BetaFast = 16, BetaSlow = 2,
                AttentionFactor = 1.5, ScaleMultiplier = 1, ScaleMultiplierAllDimensions = 0.5, Truncate = false,
            },
            Load("""{"rope_parameters":{"rope_type":"yarn","rope_theta":1e6,"factor":null,"original_max_position_embeddings":256,"beta_fast":16,"beta_slow":2,"attention_factor":1.5,"mscale":1,"mscale_all_dim":0.5,"truncate":false}}""").Rotary);
    }

    [Theory]
    [InlineData("rope_scaling", """{"rope_type":"longrope"}""", "'rope_scaling.rope_type' is 'longrope'", "default, linear, dynamic, llama3, yarn")]
    [InlineData("rope_scaling", """{"type":"su"}""", "'rope_scaling.type' is 'su'")]
    [InlineData("rope_scaling", """{"type":"yarn","rope_type":"linear"}""", "keep one")]
    [InlineData("rope_scaling", """{"type":"linear"}""", "'rope_scaling.factor' is missing")]
    [InlineData("rope_scaling", """{"type":"linear","factor":0.5}""", "'rope_scaling.factor' is 0.5", "from 1")]
    [InlineData("rope_scaling", """{"type":"linear","factor":"4"}""", "'rope_scaling.factor' is \"4\"")]
    [InlineData("rope_scaling", """{"type":"linear","factor":1e999}""", "'rope_scaling.factor' is 1e999")]
    [InlineData("rope_scaling", """{"type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":4}""", "high_freq_factor' is 4", "low_freq_factor (4)")]
    [InlineData("rope_scaling", "7", "'rope_scaling' is 7; expected an object")]
    [InlineData("rope_parameters", """{"full_attention":{"rope_type":"default"},"sliding_attention":{"rope_type":"default"}}""", "not supported", "one for all layers")]
    [InlineData("rope_parameters", """{"rope_type":"default","partial_rotary_factor":0.5}""", "'rope_parameters.partial_rotary_factor' is 0.5")]
    [InlineData("rope_theta", "0.5", "'rope_theta' is 0.5")]
    [InlineData("rope_theta", "-1", "'rope_theta' is -1")]
    [InlineData("architectures", """["GPT2LMHeadModel"]""", "'architectures' is 'GPT2LMHeadModel'", "LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM")]
    [InlineData("architectures", "[]", "names 0")]
    [InlineData("architectures", "\"LlamaForCausalLM\"", "expected an array")]
    [InlineData("architectures", null, "'architectures' is missing", "LlamaForCausalLM")]
    [InlineData("hidden_size", null, "'hidden_size' is missing")]
    [InlineData("intermediate_size", null, "'intermediate_size' is missing")]
    [InlineData("num_hidden_layers", null, "'num_hidden_layers' is missing")]
    [InlineData("num_attention_heads", null, "'num_attention_heads' is missing")]
    [InlineData("vocab_size", null, "'vocab_size' is missing")]
    [InlineData("max_position_embeddings", null, "'max_position_embeddings' is missing")]
    [InlineData("vocab_size", "null", "'vocab_size' is null")]
    [InlineData("hidden_size", "0", "'hidden_size' is 0")]
    [InlineData("hidden_size", "-256", "'hidden_size' is -256")]
    [InlineData("hidden_size", "2147483647", "'hidden_size' is 2147483647")]
    [InlineData("hidden_size", "99999999999", "'hidden_size' is 99999999999")]
    [InlineData("hidden_size", "255", "'hidden_size' is 255", "num_attention_heads (4)")]
    [InlineData("hidden_size", "\"256\"", "'hidden_size' is \"256\"")]
    [InlineData("hidden_size", "{}", "'hidden_size' is an object")]
    [InlineData("hidden_size", "12", "'head_dim' is 3 (hidden_size 12 / num_attention_heads 4)", "even")]
    [InlineData("head_dim", "63", "'head_dim' is 63", "even")]
    [InlineData("head_dim", "0", "'head_dim' is 0")]
    [InlineData("num_key_value_heads", "3", "'num_key_value_heads' is 3", "num_attention_heads (4)")]
    [InlineData("num_key_value_heads", "8", "'num_key_value_heads' is 8")]
    [InlineData("rms_norm_eps", "-1e-6", "'rms_norm_eps' is -1e-6")]
    [InlineData("hidden_act", "\"gelu\"", "'hidden_act' is 'gelu'", "silu")]
    [InlineData("torch_dtype", "\"float64\"", "'torch_dtype' is 'float64'", "bfloat16")]
    [InlineData("dtype", "\"int8\"", "'dtype' is 'int8'")]
    [InlineData("tie_word_embeddings", "1", "'tie_word_embeddings' is 1; expected true or false")]
    [InlineData("eos_token_id", "260", "'eos_token_id' is 260", "0 to 259")]
    [InlineData("eos_token_id", "[1,\"2\"]", "'eos_token_id' is \"2\"")]
    [InlineData("bos_token_id", "-1", "'bos_token_id' is -1")]
    [InlineData("quantization_config", "{}", "'quantization_config' is present", "F32, F16 and BF16")]
    [InlineData("partial_rotary_factor", "0.5", "'partial_rotary_factor' is 0.5")]
    public void Rejects_a_bad_field(string field, string? value, params string[] parts)
    {
        JsonObject content = JsonNode.Parse(Llama)!.AsObject();
        content.Remove(field);
        string text = content.ToJsonString();
        if (value is not null)
            text = $"{text[..^1]},\"{field}\":{value}}}";

        string path = _folder.Write("config.json", text);
        Expect.InvalidInput(() => ModelConfiguration.Load(_folder.Path), [path, .. parts]);
    }

    [Fact]
    public void Rejects_rotary_settings_that_disagree() =>
        Expect.InvalidInput(
            () => Load("""{"rope_parameters":{"rope_type":"linear","factor":2.0},"rope_scaling":{"type":"linear","factor":4}}"""),
            "'rope_parameters'",
            "differ");

    [Theory]
    [InlineData("""{"layer_types":["full_attention"]}""", "has 1 entries", "3 layers")]
    [InlineData("""{"layer_types":["full_attention","linear_attention","full_attention"]}""", "'linear_attention'", "full_attention, sliding_attention")]
    [InlineData("""{"layer_types":["full_attention","sliding_attention","full_attention"],"sliding_window":null,"use_sliding_window":true}""", "sliding_window is null")]
    public void Rejects_bad_layer_types(string fields, params string[] parts) =>
        Expect.InvalidInput(() => Load(Architecture("Qwen3ForCausalLM"), fields), ["'layer_types'", .. parts]);

    [Theory]
    [InlineData("{\n  \"hidden_size\": 1,\n}", "line 3, column 1")]
    [InlineData("{\"a\": NaN}", "line 1, column 7")]
    [InlineData("", "line 1, column 1")]
    [InlineData("[1]", "expected a JSON object")]
    [InlineData("{\"hidden_size\":1,\"hidden_size\":2}", "hidden_size")]
    public void Says_where_malformed_json_is_wrong(string content, params string[] parts)
    {
        string path = _folder.Write("config.json", content);
        Expect.InvalidInput(() => ModelConfiguration.Load(_folder.Path), [path, .. parts]);
    }

    [Theory]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"\\ud800\":1,\"\\ud800\":2}")]
    [InlineData("{\"\\u0061rchitectures\":[\"\\udc00\"]}")]
    [InlineData("{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_act\":\"\\ud800\"}")]
    public void Rejects_text_that_is_not_unicode(string content)
    {
        string path = _folder.Write("config.json", content);
        Expect.InvalidInput(() => ModelConfiguration.Load(_folder.Path), path);
    }

    [Fact]
    public void Rejects_names_that_are_not_utf8()
    {
        string path = _folder.Write("config.json", [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        Expect.InvalidInput(() => ModelConfiguration.Load(_folder.Path), path);
    }

    [Fact]
    public void Names_a_missing_file_or_folder()
    {
        Expect.InvalidInput(() => ModelConfiguration.Load(_folder.Path), "config.json", "no such file");
        Expect.InvalidInput(() => ModelConfiguration.Load(Path.Combine(_folder.Path, "none")), "no such model folder");
    }

    private static string Architecture(string name) => $$$"""{"architectures":["{{{name}}}"]}""";

    private ModelConfiguration Load(params string[] changes)
    {
        JsonObject content = JsonNode.Parse(Llama)!.AsObject();
        foreach (string change in changes)
        {
            foreach ((string name, JsonNode? value) in JsonNode.Parse(change)!.AsObject())
                content[name] = value?.DeepClone();
        }

        _folder.Write("config.json", content.ToJsonString());
        return ModelConfiguration.Load(_folder.Path);
    }
}
