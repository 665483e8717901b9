using System.Collections.Immutable;
using TextGeneration.Json;

namespace TextGeneration.Configuration;

/// <summary>Finds which layers have a sliding window, as each architecture's class in transformers decides it.</summary>
internal static class SlidingWindowReader
{
    private const int DefaultWindow = 4096;
    private const int DefaultMaximumWindowLayers = 28;

    /// <summary>The window of each layer, null where there is none.</summary>
    public static ImmutableArray<int?> Read(JsonFields fields, ModelArchitecture architecture, int layers) => architecture switch
    {
        ModelArchitecture.LlamaForCausalLM => [.. Enumerable.Repeat<int?>(null, layers)],
        ModelArchitecture.MistralForCausalLM => [.. Enumerable.Repeat(ReadWindow(fields), layers)],
        _ => ReadQwen(fields, layers),
    };

    // Written as null there is no window; not written at all, the classes' default holds.
    private static int? ReadWindow(JsonFields fields) =>
        fields.IsWritten("sliding_window") ? fields.OptionalInt32("sliding_window", 1, int.MaxValue) : DefaultWindow;

    private static ImmutableArray<int?> ReadQwen(JsonFields fields, int layers)
    {
        int? window = fields.OptionalBoolean("use_sliding_window") ?? false ? ReadWindow(fields) : null;
        if (fields.OptionalArray("layer_types") is not { } types)
        {
            int firstWithWindow = fields.OptionalInt32("max_window_layers", 0, int.MaxValue) ?? DefaultMaximumWindowLayers;
            return [.. Enumerable.Range(0, layers).Select(layer => layer >= firstWithWindow ? window : null)];
        }

        ImmutableArray<int?> windows =
        [
            .. types.Select(int? (type) => fields.String(type, "layer_types") switch
            {
                "full_attention" => null,
                "sliding_attention" => window
                    ?? throw fields.Error("layer_types", "has 'sliding_attention', but use_sliding_window is not true or sliding_window is null."),
                string other => throw fields.Error("layer_types", $"has '{other}'; supported are full_attention, sliding_attention."),
            }),
        ];

        return windows.Length == layers
            ? windows
            : throw fields.Error("layer_types", $"has {windows.Length} entries; expected one for each of the {layers} layers (num_hidden_layers).");
    }
}
