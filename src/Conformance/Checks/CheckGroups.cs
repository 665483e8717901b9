namespace AttentionGen.Conformance.Checks;

/// <summary>The groups of the battery, in the order in which they run.</summary>
internal static class CheckGroups
{
    public const string Batches = "batches";
    public const string Heads = "heads";
    public const string HeadSizes = "head sizes";
    public const string Pages = "pages";
    public const string Masks = "masks";
    public const string Scores = "scores";
    public const string LogSumExp = "log-sum-exp";
    public const string CacheTypes = "cache types";
    public const string Encoder = "encoder";
    public const string CrossAttention = "cross-attention";
    public const string Tree = "tree";
    public const string Cascade = "cascade";
    public const string Operands = "operands";
    public const string Pairs = "pairs";
    public const string Invariance = "invariance";
    public const string Refusals = "refusals";
    public const string Declaration = "declaration";
}
