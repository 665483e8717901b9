using System.Numerics;
using System.Runtime.InteropServices;
using AttentionGen;

namespace TextGeneration.Speculation;

/// <summary>
/// Continuations of a text that share their beginnings: node 0 is the text's last token, and each other node a guess of the
/// token after its parent. Nodes stand in the order in which they were added, so each follows its ancestors.
/// </summary>
/// <param name="root">The text's last token.</param>
internal sealed class DraftTree(int root)
{
    /// <summary>The most nodes, the root included: what attention takes of one request.</summary>
    public const int MaxNodes = AttentionBatch.MaxTreeTokens;

    private readonly List<int> _tokens = [root];
    private readonly List<ulong> _ancestors = [1];

    /// <summary>The number of nodes, the root included.</summary>
    public int Count => _tokens.Count;

    /// <summary>The token of each node.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>For each node the set of its ancestors and itself: bit j stands for node j.</summary>
    public ReadOnlySpan<ulong> Ancestors => CollectionsMarshal.AsSpan(_ancestors);

    /// <summary>Whether each node is the child of the one before it, so that nothing branches.</summary>
    public bool IsChain => Depth(Count - 1) == Count - 1;

    /// <summary>The number of tokens from the root to a node: 0 for the root.</summary>
    public int Depth(int node) => BitOperations.PopCount(_ancestors[node]) - 1;

    /// <summary>The child of a node that has a token, or -1.</summary>
    public int Child(int node, int token)
    {
        for (int child = node + 1; child < Count; child++)
        {
            if (_tokens[child] == token && Parent(child) == node)
                return child;
        }

        return -1;
    }

    /// <summary>The child of a node that has a token; it is added where there is none.</summary>
    /// <exception cref="InvalidOperationException">The tree has <see cref="MaxNodes"/> nodes.</exception>
    public int GetOrAddChild(int node, int token)
    {
        int child = Child(node, token);
        if (child >= 0)
            return child;
        if (Count == MaxNodes)
            throw new InvalidOperationException($"The tree has {MaxNodes} nodes, the most that attention takes of one request.");

        _ancestors.Add(_ancestors[node] | (1UL << Count));
        _tokens.Add(token);
        return Count - 1;
    }

    /// <summary>Drops the nodes that were added last.</summary>
    /// <param name="count">The number of nodes that stay: at least 1.</param>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (count >= Count)
            return;

        _tokens.RemoveRange(count, Count - count);
        _ancestors.RemoveRange(count, _ancestors.Count - count);
    }

    /// <summary>The parent of a node that is not the root: the last of its ancestors.</summary>
    private int Parent(int node) => BitOperations.Log2(_ancestors[node] & ~(1UL << node));
}
