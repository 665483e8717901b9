namespace AttentionGen.Flex;

/// <summary>
/// Whether a query sees a key: FlexAttention's <c>mask_mod</c>, <see href="https://arxiv.org/abs/2412.05496"/>.
/// </summary>
/// <param name="at">Where the score of the two stands.</param>
/// <returns>True where the query sees the key.</returns>
/// <remarks>
/// Traced once, as a <see cref="ScoreFunction"/> is. Blocks of keys that no query of a tile sees are skipped, and blocks that
/// all of them see are attended without evaluating the function: see <see cref="BlockMask"/>. In a causal batch it is and'ed
/// with causality; for the function alone, make the layer with <see cref="AttentionLayerOptions.NonCausal"/> and set the
/// batch's <see cref="AttentionBatch.Causal"/> to false.
/// </remarks>
/// <example><code>MaskFunction window = at => (at.Query >= at.Key) &amp; (at.Query - at.Key &lt; 1024);</code></example>
public delegate SymbolicBool MaskFunction(ScorePosition at);
