namespace AttentionGen.Flex;

/// <summary>
/// What becomes of the scaled score of a query and a key before the softmax: FlexAttention's <c>score_mod</c>,
/// <see href="https://arxiv.org/abs/2412.05496"/>.
/// </summary>
/// <param name="score">The dot product of query and key, scaled: float32 whatever the layer's element type.</param>
/// <param name="at">Where the score stands.</param>
/// <returns>The new score. Minus infinity hides the key; <see cref="MaskFunction"/> does so faster.</returns>
/// <remarks>
/// The function is traced, not called for each score: it runs once, when the layer is made, on symbols whose operators record
/// what they do. So a captured variable counts with the value it has at that time, a C# loop is unrolled, and a choice that
/// depends on a symbol is written with <see cref="Symbolic.Where(SymbolicBool, SymbolicFloat, SymbolicFloat)"/>.
/// </remarks>
/// <example>
/// <code>
/// FloatTable slopes = new(AlibiSlopes(heads));
/// ScoreFunction alibi = (score, at) => score - (slopes[at.Head] * (at.Query - at.Key));
/// </code>
/// </example>
public delegate SymbolicFloat ScoreFunction(SymbolicFloat score, ScorePosition at);
