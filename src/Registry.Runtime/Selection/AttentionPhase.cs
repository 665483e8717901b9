namespace AttentionGen;

/// <summary>The part of generation that attention is selected for.</summary>
public enum AttentionPhase
{
    /// <summary>All of them: one backend for the whole model run.</summary>
    Any,

    /// <summary>Prompts, or parts of them: many tokens a request.</summary>
    Prefill,

    /// <summary>One token a request, or the few that verify speculated ones.</summary>
    Decode,

    /// <summary>The steps of a draft model that speculates.</summary>
    Draft,
}
