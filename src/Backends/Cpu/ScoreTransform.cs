namespace AttentionGen.Cpu;

/// <summary>
/// A change of scores between their computation and the softmax, beyond what the layer's options say. One object may be
/// called by several threads at once.
/// </summary>
/// <remarks>
/// Scores come scaled, soft-capped and biased as the options say. What causality, the window or a tree hides is hidden
/// afterwards, whatever the transform makes of it.
/// </remarks>
internal abstract class ScoreTransform
{
    /// <summary>
    /// Whether <see cref="Apply"/> changes scores that it does not hide. Where it does not, it is left out for blocks that
    /// are seen in full.
    /// </summary>
    public virtual bool ChangesVisibleScores => true;

    /// <summary>Changes one row's scores of neighbouring keys; minus infinity hides a key.</summary>
    /// <param name="scores">The scores, in place.</param>
    /// <param name="request">The request's index in the batch.</param>
    /// <param name="head">The query head.</param>
    /// <param name="queryPosition">The position of the query in its request, cached tokens included.</param>
    /// <param name="firstKeyPosition">The position of the first score's key.</param>
    public abstract void Apply(Span<float> scores, int request, int head, int queryPosition, int firstKeyPosition);

    /// <summary>What a range of a request's queries sees of a range of its keys.</summary>
    /// <param name="request">The request's index in the batch.</param>
    /// <param name="firstHead">The first query head.</param>
    /// <param name="lastHead">The last query head, itself included.</param>
    /// <param name="firstQueryPosition">The lowest position of a query.</param>
    /// <param name="lastQueryPosition">The highest position of a query, itself included.</param>
    /// <param name="firstKeyPosition">The position of the first key.</param>
    /// <param name="lastKeyPosition">The position of the last key, itself included.</param>
    public virtual BlockVisibility Visibility(
        int request, int firstHead, int lastHead, int firstQueryPosition, int lastQueryPosition, int firstKeyPosition, int lastKeyPosition) =>
        BlockVisibility.Partial;
}
