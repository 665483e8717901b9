using System.Collections.Immutable;
using AttentionGen.Conformance.Inputs;

namespace AttentionGen.Conformance.Cases;

/// <summary>Trees of speculated tokens, as rows of ancestors: see <see cref="AttentionBatch.TreeAncestors"/>.</summary>
internal static class NamedTrees
{
    /// <summary>vLLM's chain: a root and three tokens, each after the one before (its <c>test_tree_attention.py</c>).</summary>
    public static ImmutableArray<ulong> Chain { get; } = [0b1, 0b11, 0b111, 0b1111];

    /// <summary>vLLM's tree: a root, two children, and two children of each (the same test).</summary>
    public static ImmutableArray<ulong> Binary { get; } = [0b1, 0b11, 0b101, 0b1011, 0b10011, 0b100101, 0b1000101];

    /// <summary>A root and its children.</summary>
    public static ImmutableArray<ulong> Star { get; } = [0b1, 0b11, 0b101, 0b1001, 0b10001];

    /// <summary>A tree in which each token follows one of the earlier ones.</summary>
    public static ImmutableArray<ulong> Random(int tokens, ulong seed)
    {
        RandomValues random = new(seed);
        ulong[] rows = new ulong[tokens];
        for (int token = 0; token < tokens; token++)
            rows[token] = (1UL << token) | (token == 0 ? 0 : rows[random.Next(token)]);
        return [.. rows];
    }

    /// <summary>A request with a tree after some cached tokens.</summary>
    public static RequestShape After(int computed, ImmutableArray<ulong> tree) =>
        RequestShape.Decoder(computed + tree.Length, tree.Length) with { Tree = tree };
}
