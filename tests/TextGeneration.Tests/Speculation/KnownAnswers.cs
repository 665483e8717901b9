using TextGeneration.Speculation;

namespace TextGeneration.Tests.Speculation;

/// <summary>Drafts by answers that are known beforehand, in the branches that a test wants.</summary>
/// <param name="texts">Prompts with their answers.</param>
/// <param name="depth">The most tokens of a draft.</param>
/// <param name="branches">Makes branches of how the text goes on in truth.</param>
internal sealed class KnownAnswers(int[][] texts, int depth, Func<int[], IEnumerable<int[]>> branches) : IDraftSource
{
    /// <summary>Another token; it exists in a vocabulary of even size.</summary>
    public static int Wrong(int token) => token ^ 1;

    /// <summary>The truth is the second of three branches, and shares its beginning with the first and the third.</summary>
    public static IEnumerable<int[]> SecondOfThree(int[] truth) =>
    [
        [.. truth[..(truth.Length / 2)], .. truth[(truth.Length / 2)..].Select(Wrong)],
        truth,
        [.. truth[..1], .. truth[1..].Select(Wrong)],
    ];

    /// <summary>The truth is the second of two branches that have nothing in common.</summary>
    public static IEnumerable<int[]> SecondOfTwo(int[] truth) => [[.. truth.Select(Wrong)], truth];

    public DraftTree Draft(ReadOnlySpan<int> text, int maxDepth)
    {
        DraftTree tree = new(text[^1]);
        int[] known = Find(text);
        int[] truth = known[text.Length..Math.Min(known.Length, text.Length + Math.Min(depth, maxDepth))];
        foreach (int[] branch in truth.Length == 0 ? [] : branches(truth))
        {
            int node = 0;
            foreach (int token in branch.Take(maxDepth))
                node = tree.GetOrAddChild(node, token);
        }

        return tree;
    }

    private int[] Find(ReadOnlySpan<int> text)
    {
        foreach (int[] known in texts)
        {
            if (known.AsSpan().StartsWith(text))
                return known;
        }

        throw new InvalidOperationException("The answer has left what is known.");
    }
}
