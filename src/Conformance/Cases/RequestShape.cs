using System.Collections.Immutable;

namespace AttentionGen.Conformance.Cases;

/// <summary>One request of a case's batch.</summary>
/// <param name="Keys">The number of its keys, new ones included.</param>
/// <param name="Queries">The number of its queries in the step.</param>
/// <param name="NewKeys">The number of its keys that the step brings: its last.</param>
internal sealed record RequestShape(int Keys, int Queries, int NewKeys)
{
    /// <summary>What each new token sees of the others, as in <see cref="AttentionBatch.TreeAncestors"/>; empty: no tree.</summary>
    public ImmutableArray<ulong> Tree { get; init; } = [];

    /// <summary>The number of keys that are in the cache before the step.</summary>
    public int Computed => Keys - NewKeys;

    /// <summary>A decoder's request, by the lengths that vLLM's batch specifications give.</summary>
    public static RequestShape Decoder(int keys, int queries) => new(keys, queries, queries);
}
