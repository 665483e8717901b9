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

    /// <summary>
    /// vLLM's order, conditions and phrases for the in-tree names, on a build of vLLM with its defaults: docs/vllm-rules.md. What
    /// is picked has to be supported by the class that is registered here, too; <see cref="VllmSelector"/> says what vLLM itself
    /// would use.
    /// </summary>
    public static SelectionRules Vllm { get; } = new VllmRules(VllmPlatform.Default);

    /// <summary>What configuration and command lines call the rules.</summary>
    public abstract string Name { get; }

    /// <summary><see cref="Default"/> with another order.</summary>
    /// <param name="priorities">The order.</param>
    public static SelectionRules WithPriorities(PriorityTable priorities)
    {
        ArgumentNullException.ThrowIfNull(priorities);
        return new DeclarationRules(priorities);
    }

    /// <summary><see cref="Vllm"/> for another build or set-up of vLLM.</summary>
    /// <param name="platform">How vLLM was built and set up.</param>
    public static SelectionRules VllmOn(VllmPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return new VllmRules(platform);
    }

    /// <summary>The rules that configuration and command lines name.</summary>
    /// <param name="name"><c>default</c> or <c>vllm</c>, in any case.</param>
    /// <exception cref="ArgumentException">There are no rules of that name.</exception>
    public static SelectionRules ByName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (SelectionRules rules in (ReadOnlySpan<SelectionRules>)[Default, Vllm])
        {
            if (rules.Name.AsSpan().Equals(name.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase))
                return rules;
        }

        throw new ArgumentException($"'{name}' names no selection rules. Accepted: {Default.Name}, {Vllm.Name}.", nameof(name));
    }

    /// <summary>A verdict on each candidate, in any order. The request has been validated.</summary>
    internal abstract ImmutableArray<CandidateVerdict> Judge(AttentionBackendRegistry registry, AttentionRequest request);
}
