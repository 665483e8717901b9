namespace AttentionGen;

/// <summary>The roles that attention plays in a model, after vLLM's <c>AttentionType</c>.</summary>
[Flags]
public enum AttentionTypes
{
    /// <summary>The empty set.</summary>
    None = 0,

    /// <summary>Self-attention of a decoder over its cache.</summary>
    Decoder = 1,

    /// <summary>Self-attention of the encoder of an encoder-decoder model: bidirectional.</summary>
    Encoder = 2,

    /// <summary>Self-attention of an encoder-only model: bidirectional, no cache.</summary>
    EncoderOnly = 4,

    /// <summary>Attention of a decoder over the output of an encoder.</summary>
    CrossAttention = 8,
}
