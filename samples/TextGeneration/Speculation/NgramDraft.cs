namespace TextGeneration.Speculation;

/// <summary>
/// Drafts what followed the text's last tokens where they stood before, in the prompt or in the answer: prompt-lookup
/// decoding (<see href="https://github.com/apoorvumang/prompt-lookup-decoding"/>), with the order of vLLM's n-gram proposer.
/// The longest match counts first, the earliest of one length before later ones; where several are followed by different
/// tokens, the continuations become branches.
/// </summary>
/// <param name="options">The number and the length of continuations and matches.</param>
internal sealed class NgramDraft(SpeculationOptions options) : IDraftSource
{
    /// <inheritdoc/>
    public DraftTree Draft(ReadOnlySpan<int> text, int maxDepth)
    {
        DraftTree tree = new(text[^1]);
        int depth = Math.Min(options.DraftTokens, maxDepth);
        int branches = 0;
        for (int length = Math.Min(options.LongestNgram, text.Length - 1); length >= options.ShortestNgram; length--)
        {
            ReadOnlySpan<int> ngram = text[^length..];

            // The last place to look at ends one token before the text does.
            for (int start = 0; branches < options.Branches; start++)
            {
                int match = text[start..^1].IndexOf(ngram);
                if (match < 0)
                    break;

                start += match;
                if (Add(tree, text, start + length, depth))
                    branches++;
            }
        }

        return tree;
    }

    /// <summary>Adds the continuation that begins at a place of the text, unless the tree has it already.</summary>
    private static bool Add(DraftTree tree, ReadOnlySpan<int> text, int start, int depth)
    {
        int before = tree.Count;
        int node = 0;
        Span<int> continuation = stackalloc int[DraftTree.MaxNodes];
        depth = Math.Min(depth, continuation.Length);
        for (int i = 0; i < depth && tree.Count < DraftTree.MaxNodes; i++)
        {
            // Past the text's end the draft repeats itself: the text has come into a loop.
            int place = start + i;
            continuation[i] = place < text.Length ? text[place] : continuation[place - text.Length];
            node = tree.GetOrAddChild(node, continuation[i]);
        }

        return tree.Count > before;
    }
}
