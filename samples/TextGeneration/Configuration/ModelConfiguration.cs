using System.Collections.Immutable;
using TextGeneration.Safetensors;

namespace TextGeneration.Configuration;

/// <summary>
/// What config.json and generation_config.json say of a model, checked: sizes are positive and fit together,
/// per-architecture defaults are filled in, and what an architecture implies without saying is spelt out.
/// </summary>
internal sealed record ModelConfiguration
{
    public required ModelArchitecture Architecture { get; init; }

    /// <summary>The width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The width of the gated feed-forward layer.</summary>
    public required int IntermediateSize { get; init; }

    public required int Layers { get; init; }

    /// <summary>Hq.</summary>
    public required int QueryHeads { get; init; }

    /// <summary>Hkv, a divisor of <see cref="QueryHeads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>D, an even number; Hq x D need not be the hidden size.</summary>
    public required int HeadSize { get; init; }

    public required double RmsNormEpsilon { get; init; }

    /// <summary>Rows of the embedding; may exceed what the tokenizer knows.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The longest sequence in tokens, prompt and answer together.</summary>
    public required int MaximumPositions { get; init; }

    /// <summary>True when the output projection is the embedding itself, so that the checkpoint has no <c>lm_head.weight</c>.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Biases on the query, key and value projections: Qwen2 always, Llama and Qwen3 when <c>attention_bias</c> says so.</summary>
    public required bool QueryKeyValueBias { get; init; }

    /// <summary>A bias on the attention's output projection: Llama and Qwen3 when <c>attention_bias</c> says so.</summary>
    public required bool AttentionOutputBias { get; init; }

    /// <summary>Biases on the three feed-forward projections: Llama when <c>mlp_bias</c> says so.</summary>
    public required bool FeedForwardBias { get; init; }

    /// <summary>Qwen3: an RMS norm over each head's D values of query and key, before the rotary embedding.</summary>
    public required bool QueryKeyNorm { get; init; }

    /// <summary>
    /// For each layer the window in tokens, or null where attention reaches back to the start.
    /// In a layer with window W a token attends to itself and to the W - 1 tokens before it.
    /// </summary>
    public required ImmutableArray<int?> SlidingWindows { get; init; }

    public required RotaryConfiguration Rotary { get; init; }

    /// <summary>The type that the weights were saved in, when stated; the checkpoint itself decides.</summary>
    public TensorElementType? ElementType { get; init; }

    /// <summary>The begin-of-text token, when stated. The tokenizer's template is what puts it before a prompt.</summary>
    public int? BeginOfTextId { get; init; }

    /// <summary>The tokens that end an answer; generation_config.json's, if it names any, instead of config.json's. May be empty.</summary>
    public ImmutableArray<int> EndOfTextIds { get; init; } = [];

    /// <summary>Reads a model folder's config.json and, if there is one, generation_config.json.</summary>
    /// <exception cref="InvalidInputException">A file is missing or malformed, or describes a model that cannot be run; the message names the field.</exception>
    public static ModelConfiguration Load(string folder) => ModelConfigurationReader.Read(folder);
}
