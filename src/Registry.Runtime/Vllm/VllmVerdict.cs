using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What vLLM's selector finds about one of its backends.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Reasons">Every reason against it, in vLLM's order; empty where vLLM takes it.</param>
public sealed record VllmVerdict(VllmBackend Backend, ImmutableArray<SelectionReason> Reasons)
{
    /// <summary>Whether vLLM takes it.</summary>
    public bool IsValid => Reasons.IsEmpty;

    /// <summary>The reasons in vLLM's own words.</summary>
    public ImmutableArray<string> Phrases => [.. Reasons.Select(static reason => reason.Phrase)];
}
