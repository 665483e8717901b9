namespace AttentionGen.Conformance.Cases;

/// <summary>The sinks of a case.</summary>
internal enum SinkKind
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>From -1 to 1 over the heads, as in vLLM's tests.</summary>
    Ordinary,

    /// <summary>100 for every second head, far above all scores, and ordinary for the others.</summary>
    Dominant,

    /// <summary>Minus infinity for every second head, which is no sink at all, and ordinary for the others.</summary>
    MinusInfinity,
}
