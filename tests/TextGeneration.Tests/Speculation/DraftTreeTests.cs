using CsCheck;
using TextGeneration.Speculation;

namespace TextGeneration.Tests.Speculation;

public sealed class DraftTreeTests
{
    [Fact]
    public void A_root_alone()
    {
        DraftTree tree = new(7);
        Assert.Equal([7], tree.Tokens);
        Assert.Equal((ulong[])[1], tree.Ancestors.ToArray());
        Assert.Equal(0, tree.Depth(0));
        Assert.True(tree.IsChain);
        Assert.Equal(-1, tree.Child(0, 7));
    }

    // The masks of vLLM's tree attention test for the tree (0) (1) (0,0) (0,1) (1,0) (1,1).
    [Fact]
    public void A_tree_of_two_levels()
    {
        DraftTree tree = new(0);
        int first = tree.GetOrAddChild(0, 10), second = tree.GetOrAddChild(0, 11);
        foreach (int parent in (int[])[first, second])
        {
            tree.GetOrAddChild(parent, 10);
            tree.GetOrAddChild(parent, 11);
        }

        Assert.Equal(
            ["1000000", "1100000", "1010000", "1101000", "1100100", "1010010", "1010001"],
            tree.Ancestors.ToArray().Select(static row => string.Concat(Enumerable.Range(0, 7).Select(bit => row >> bit & 1))));
        Assert.Equal([0, 1, 1, 2, 2, 2, 2], Enumerable.Range(0, tree.Count).Select(tree.Depth));
        Assert.False(tree.IsChain);
        Assert.Equal(4, tree.Child(first, 11));
        Assert.Equal(5, tree.Child(second, 10));
        Assert.Equal(-1, tree.Child(5, 10));
    }

    [Fact]
    public void Continuations_share_their_beginnings()
    {
        DraftTree tree = new(1);
        Add(tree, [2, 3, 4]);
        Assert.True(tree.IsChain);
        Add(tree, [2, 3, 5]);
        Add(tree, [2, 3, 4]);
        Assert.Equal([1, 2, 3, 4, 5], tree.Tokens);
        Assert.Equal((ulong[])[0b1, 0b11, 0b111, 0b1111, 0b10111], tree.Ancestors.ToArray());
        Assert.False(tree.IsChain);
        tree.Truncate(4);
        Assert.True(tree.IsChain);
        Assert.Equal(-1, tree.Child(2, 5));
        tree.Truncate(9);
        Assert.Equal(4, tree.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Truncate(0));
    }

    [Fact]
    public void No_more_nodes_than_attention_takes()
    {
        DraftTree tree = new(0);
        Add(tree, [.. Enumerable.Range(0, 63)]);
        Assert.Equal(64, tree.Count);
        Assert.Equal(ulong.MaxValue, tree.Ancestors[^1]);
        Assert.Equal(63, tree.Depth(63));
        Assert.Equal(1, tree.GetOrAddChild(0, 0));
        Assert.Throws<InvalidOperationException>(() => tree.GetOrAddChild(0, 1));
    }

    [Fact]
    public void Walking_a_tree_finds_the_sequences_that_were_added() =>
        Gen.Int[0, 2].Array[0, 7].Array[0, 9].Sample(static added =>
        {
            DraftTree tree = new(9);
            foreach (int[] tokens in added)
                Add(tree, tokens);

            HashSet<string> beginnings = [.. added.SelectMany(static tokens => Enumerable.Range(0, tokens.Length + 1).Select(length => string.Join(' ', tokens[..length])))];
            Assert.Equal(Math.Max(beginnings.Count, 1), tree.Count);
            foreach (int[] tokens in added)
            {
                int node = 0;
                for (int i = 0; i < tokens.Length; i++)
                {
                    node = tree.Child(node, tokens[i]);
                    Assert.Equal(i + 1, tree.Depth(node));
                    Assert.Equal(tokens[..(i + 1)], Path(tree, node));
                }
            }
        });

    private static void Add(DraftTree tree, int[] tokens)
    {
        int node = 0;
        foreach (int token in tokens)
            node = tree.GetOrAddChild(node, token);
    }

    /// <summary>The tokens of a node's ancestors and its own, without the root's.</summary>
    private static int[] Path(DraftTree tree, int node)
    {
        ulong ancestors = tree.Ancestors[node];
        int[] tokens = tree.Tokens.ToArray();
        return [.. tokens.Where((_, i) => i > 0 && (ancestors >> i & 1) != 0)];
    }
}
