namespace AttentionGen;

/// <summary>
/// For which batches a forward pass may be captured in a CUDA graph and replayed, after vLLM's <c>AttentionCGSupport</c>.
/// A level includes those before it.
/// </summary>
public enum GraphCaptureLevel
{
    /// <summary>For none.</summary>
    Never,

    /// <summary>For decodes of one token each.</summary>
    UniformSingleTokenDecode,

    /// <summary>For batches whose requests bring equally many tokens, as when speculated tokens are verified.</summary>
    UniformBatch,

    /// <summary>For mixed batches of prefills and decodes too.</summary>
    Always,
}
