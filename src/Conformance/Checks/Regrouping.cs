namespace AttentionGen.Conformance.Checks;

/// <summary>What is done with a batch that must not change its answers.</summary>
internal enum Regrouping
{
    OtherPages,
    Reversed,
    Halves,
    Alone,
}
