namespace AttentionGen;

/// <summary>
/// The kinds of attention layer that a backend can be chosen for, after the KV cache kinds that vLLM derives:
/// <see cref="AttentionRequest.LayerKind"/> says how.
/// </summary>
public enum AttentionLayerKind
{
    /// <summary>A key and a value for each KV head, all positions.</summary>
    FullAttention,

    /// <summary>The same with a sliding window.</summary>
    SlidingWindow,

    /// <summary>Multi-head latent attention, dense or sparse.</summary>
    MultiHeadLatent,

    /// <summary>Multi-head latent attention with a sliding window.</summary>
    SlidingWindowMultiHeadLatent,

    /// <summary>The layers of an encoder-only model.</summary>
    EncoderOnly,

    /// <summary>Attention of a decoder over the output of an encoder.</summary>
    CrossAttention,
}
