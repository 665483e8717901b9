using System.Collections.Immutable;
using System.Text.Json;
using TextGeneration.Json;
using TextGeneration.Safetensors;

namespace TextGeneration.Configuration;

/// <summary>Reads config.json as transformers writes it, in the form of version 4 or 5, with the defaults of each architecture's class there.</summary>
internal static class ModelConfigurationReader
{
    public const string FileName = "config.json";
    public const string GenerationFileName = "generation_config.json";

    // Far above any model that exists: what these reject is damage, before it becomes an allocation.
    private const int MaximumWidth = 1 << 20;
    private const int MaximumLayers = 4096;
    private const int MaximumHeads = 1 << 14;
    private const int MaximumHeadSize = 1 << 14;
    private const int MaximumVocabulary = 1 << 24;
    private const int MaximumPositions = 1 << 30;

    public static ModelConfiguration Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new InvalidInputException($"{folder}: no such model folder.");

        using JsonDocument document = JsonFile.Open(Path.Combine(folder, FileName));
        var fields = new JsonFields(document.RootElement, Path.Combine(folder, FileName));

        ModelArchitecture architecture = ReadArchitecture(fields);
        RejectUnsupported(fields);

        int hiddenSize = fields.Int32("hidden_size", 1, MaximumWidth);
        int layers = fields.Int32("num_hidden_layers", 1, MaximumLayers);
        int queryHeads = fields.Int32("num_attention_heads", 1, MaximumHeads);
        int keyValueHeads = fields.OptionalInt32("num_key_value_heads", 1, MaximumHeads) ?? queryHeads;
        if (queryHeads % keyValueHeads != 0)
            throw fields.Error("num_key_value_heads", $"is {keyValueHeads}, which does not divide num_attention_heads ({queryHeads}).");

        int headSize = ReadHeadSize(fields, architecture, hiddenSize, queryHeads);
        int vocabularySize = fields.Int32("vocab_size", 1, MaximumVocabulary);
        int maximumPositions = fields.Int32("max_position_embeddings", 1, MaximumPositions);
        bool attentionBias = fields.OptionalBoolean("attention_bias") ?? false;
        bool biasIsOptional = architecture is ModelArchitecture.LlamaForCausalLM or ModelArchitecture.Qwen3ForCausalLM;

        return new ModelConfiguration
        {
            Architecture = architecture,
            HiddenSize = hiddenSize,
            IntermediateSize = fields.Int32("intermediate_size", 1, MaximumWidth * 4),
            Layers = layers,
            QueryHeads = queryHeads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            RmsNormEpsilon = fields.OptionalDouble("rms_norm_eps", 0, 1) ?? 1e-6,
            VocabularySize = vocabularySize,
            MaximumPositions = maximumPositions,
            TieWordEmbeddings = fields.OptionalBoolean("tie_word_embeddings") ?? false,
            QueryKeyValueBias = architecture == ModelArchitecture.Qwen2ForCausalLM || (biasIsOptional && attentionBias),
            AttentionOutputBias = biasIsOptional && attentionBias,
            FeedForwardBias = architecture == ModelArchitecture.LlamaForCausalLM && (fields.OptionalBoolean("mlp_bias") ?? false),
            QueryKeyNorm = architecture == ModelArchitecture.Qwen3ForCausalLM,
            SlidingWindows = SlidingWindowReader.Read(fields, architecture, layers),
            Rotary = RotaryConfigurationReader.Read(fields, headSize, maximumPositions),
            ElementType = ReadElementType(fields),
            BeginOfTextId = fields.OptionalInt32("bos_token_id", 0, vocabularySize - 1),
            EndOfTextIds = ReadGenerationEndOfTextIds(folder, vocabularySize) ?? ReadTokenIds(fields, "eos_token_id", vocabularySize) ?? [],
        };
    }

    private static ModelArchitecture ReadArchitecture(JsonFields fields)
    {
        string supported = string.Join(", ", Enum.GetNames<ModelArchitecture>());
        JsonElement.ArrayEnumerator names = fields.OptionalArray("architectures")
            ?? throw fields.Missing("architectures", $"a list with one of {supported}");

        string[] found = [.. names.Select(name => fields.String(name, "architectures"))];
        if (found.Length != 1)
            throw fields.Error("architectures", $"names {found.Length} architectures; expected one of {supported}.");

        foreach (ModelArchitecture architecture in Enum.GetValues<ModelArchitecture>())
        {
            if (found[0] == architecture.ToString())
                return architecture;
        }

        throw fields.Error("architectures", $"is '{found[0]}', which is not supported; supported are {supported}.");
    }

    private static void RejectUnsupported(JsonFields fields)
    {
        string activation = fields.OptionalString("hidden_act") ?? "silu";
        if (activation != "silu")
            throw fields.Error("hidden_act", $"is '{activation}'; only 'silu' is supported.");

        if (fields.Has("quantization_config"))
            throw fields.Error("quantization_config", "is present; quantised weights are not supported, only F32, F16 and BF16.");

        RotaryConfigurationReader.RejectPartialRotation(fields);
    }

    private static int ReadHeadSize(JsonFields fields, ModelArchitecture architecture, int hiddenSize, int queryHeads)
    {
        int? stated = fields.OptionalInt32("head_dim", 1, MaximumHeadSize);
        if (stated is null && architecture == ModelArchitecture.Qwen3ForCausalLM && !fields.IsWritten("head_dim"))
            stated = 128;

        if (stated is null && hiddenSize % queryHeads != 0)
            throw fields.Error("hidden_size", $"is {hiddenSize}, which num_attention_heads ({queryHeads}) does not divide; without head_dim it has to.");

        int headSize = stated ?? hiddenSize / queryHeads;
        if (headSize % 2 != 0)
        {
            throw fields.Error(
                "head_dim",
                $"is {headSize}{(stated is null ? $" (hidden_size {hiddenSize} / num_attention_heads {queryHeads})" : "")}; rotary embeddings need an even number.");
        }

        return headSize <= MaximumHeadSize
            ? headSize
            : throw fields.Error("head_dim", $"is {headSize}; at most {MaximumHeadSize} is accepted.");
    }

    private static TensorElementType? ReadElementType(JsonFields fields)
    {
        string field = fields.Has("dtype") ? "dtype" : "torch_dtype";
        return fields.OptionalString(field) switch
        {
            null => null,
            "float32" => TensorElementType.Float32,
            "float16" => TensorElementType.Float16,
            "bfloat16" => TensorElementType.BFloat16,
            string other => throw fields.Error(field, $"is '{other}'; supported are float32, float16, bfloat16."),
        };
    }

    private static ImmutableArray<int>? ReadGenerationEndOfTextIds(string folder, int vocabularySize)
    {
        string path = Path.Combine(folder, GenerationFileName);
        if (!File.Exists(path))
            return null;

        using JsonDocument document = JsonFile.Open(path);
        return ReadTokenIds(new JsonFields(document.RootElement, path), "eos_token_id", vocabularySize);
    }

    private static ImmutableArray<int>? ReadTokenIds(JsonFields fields, string field, int vocabularySize)
    {
        if (!fields.TryGet(field, out JsonElement value))
            return null;

        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => fields.Int32(item, field, 0, vocabularySize - 1)).Distinct()]
            : [fields.Int32(value, field, 0, vocabularySize - 1)];
    }
}
