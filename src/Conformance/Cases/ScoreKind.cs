namespace AttentionGen.Conformance.Cases;

/// <summary>What the scores of a case look like.</summary>
internal enum ScoreKind
{
    /// <summary>Normal, with variance 1 under the usual scale.</summary>
    Normal,

    /// <summary>Thousands, with one key far above the others, so that exp without subtracting the maximum overflows.</summary>
    Huge,

    /// <summary>One query row is NaN; all others must not be.</summary>
    NaNQuery,

    /// <summary>The keys of one request are NaN; all other requests must be what they are without it.</summary>
    NaNRequest,
}
