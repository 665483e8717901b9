namespace AttentionGen;

/// <summary>What a row of the KV cache holds. A backend serves exactly one form.</summary>
public enum AttentionForm
{
    /// <summary>A key and a value for each KV head: multi-head, grouped-query and multi-query attention.</summary>
    MultiHead,

    /// <summary>
    /// One latent vector that serves as key and value of all heads: multi-head latent attention (MLA),
    /// <see href="https://arxiv.org/abs/2405.04434"/>.
    /// </summary>
    MultiHeadLatent,

    /// <summary>Multi-head latent attention over the top-k tokens that an indexer picks for each query.</summary>
    SparseMultiHeadLatent,
}
