using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// By what a selector weighs candidates: which ones there are for a request, in which order they are preferred, and what
/// speaks against each.
/// </summary>
public abstract class SelectionRules
{
    private protected SelectionRules()
    {
    }

    /// <summary>
    /// The rules that hold where no others are given: every registered backend is a candidate, its declaration alone decides
    /// whether it supports a request, and <see cref="PriorityTable.Default"/> which one is preferred.
    /// </summary>
    public static SelectionRules Default { get; } = new DeclarationRules(PriorityTable.Default);

    /// <summary>What configuration and command lines call the rules.</summary>
    public abstract string Name { get; }

    /// <summary><see cref="Default"/> with another order.</summary>
    /// <param name="priorities">The order.</param>
    public static SelectionRules WithPriorities(PriorityTable priorities)
    {
        ArgumentNullException.ThrowIfNull(priorities);
        return new DeclarationRules(priorities);
    }

    /// <summary>A verdict on each candidate, in any order. The request has been validated.</summary>
    internal abstract ImmutableArray<CandidateVerdict> Judge(AttentionBackendRegistry registry, AttentionRequest request);
}
