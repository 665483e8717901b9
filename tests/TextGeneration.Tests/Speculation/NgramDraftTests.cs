using CsCheck;
using TextGeneration.Speculation;

namespace TextGeneration.Tests.Speculation;

public sealed class NgramDraftTests
{
    // Texts and what vLLM's tests of its n-gram proposer expect of them.
    [Theory]
    [InlineData("1 2 3 4 1 2 3 5 6", 2, 2, 2, "")]
    [InlineData("1 2 3 4 1 2 3", 2, 2, 3, "4 1 2")]
    [InlineData("1 2 3 4 1 2 3", 2, 2, 2, "4 1")]
    [InlineData("1 2 3 4 1 2 3", 1, 1, 3, "4 1 2")]
    [InlineData("1 3 6 2 3 4 1 2 3", 2, 2, 3, "4 1 2")]
    [InlineData("1 3 6 2 3 4 1 2 3", 1, 1, 2, "6 2")]
    [InlineData("1 2 3 4 5", 2, 2, 2, "")]
    [InlineData("1 2 3 4 1 2 3", 4, 4, 2, "")]
    [InlineData("1 2 3 4 1 2 3", 3, 4, 2, "4 1")]
    [InlineData("2 3 4 5 1 2 3 4 1 2 3 4", 3, 4, 2, "1 2")]
    [InlineData("3 4 5 2 3 4 1 2 3 4", 2, 4, 2, "1 2")]
    [InlineData("1 2 3 100 1 2 3 200 1 2 3 300 1 2 3", 3, 3, 2, "100 1")]
    public void One_continuation_is_that_of_vLLM(string text, int shortest, int longest, int tokens, string expected)
    {
        DraftTree tree = Draft(text, tokens, branches: 1, longest, shortest);
        Assert.True(tree.IsChain);
        Assert.Equal(Parse(expected), tree.Tokens[1..]);
    }

    [Theory]
    [InlineData("1 2 3 100 1 2 3 200 1 2 3 300 1 2 3", 2, 3, "100 1|200 1")]
    [InlineData("1 2 3 100 1 2 3 200 1 2 3 300 1 2 3", 4, 3, "100 1|200 1|300 1")]
    [InlineData("1 2 3 7 8 1 2 3 7 9 1 2 3", 2, 3, "7 8|7 9")]
    [InlineData("1 2 3 7 8 1 2 3 7 8 1 2 3", 2, 3, "7 8")]
    [InlineData("9 3 5 0 2 3 4 0 1 2 3 6 0 1 2 3", 3, 3, "6 0|4 0|5 0")]
    [InlineData("9 3 5 0 2 3 4 0 1 2 3 6 0 1 2 3", 9, 2, "4 0|6 0|5 0")]
    public void Several_continuations_become_branches(string text, int branches, int longest, string expected) =>
        Assert.Equal(expected.Split('|'), Leaves(Draft(text, 2, branches, longest)));

    [Theory]
    [InlineData("5 5", 4, "5 5 5 5")]
    [InlineData("1 2 1 2", 5, "1 2 1 2 1")]
    [InlineData("9 8 7 8 7", 6, "8 7 8 7 8 7")]
    public void A_loop_goes_on(string text, int tokens, string expected) =>
        Assert.Equal([expected], Leaves(Draft(text, tokens, branches: 1, longest: 3)));

    [Theory]
    [InlineData("4", 3)]
    [InlineData("1 2 3", 3)]
    public void A_text_without_a_match_has_no_continuation(string text, int longest) =>
        Assert.Equal(1, Draft(text, 4, branches: 3, longest).Count);

    [Fact]
    public void A_continuation_is_no_longer_than_there_is_room_for()
    {
        DraftTree tree = new NgramDraft(new SpeculationOptions { DraftTokens = 5 }).Draft(Parse("1 2 3 4 1"), maxDepth: 2);
        Assert.Equal(["2 3"], Leaves(tree));
    }

    [Fact]
    public void A_tree_is_no_larger_than_attention_takes()
    {
        int[] text = [.. Enumerable.Range(1, 90).SelectMany(static token => (int[])[0, token]), 0];
        Assert.Equal(64, new NgramDraft(new SpeculationOptions { DraftTokens = 100, Branches = 100 }).Draft(text, 1000).Count);
    }

    [Fact]
    public void Drafts_are_those_of_a_plain_search() =>
        (from text in Gen.Int[0, 3].Array[1, 40]
         from tokens in Gen.Int[1, 5]
         from branches in Gen.Int[1, 6]
         from shortest in Gen.Int[1, 3]
         from more in Gen.Int[0, 3]
         select (text, new SpeculationOptions { DraftTokens = tokens, Branches = branches, ShortestNgram = shortest, LongestNgram = shortest + more }))
        .Sample(static (text, options) => Assert.Equal(Search(text, options), Leaves(new NgramDraft(options).Draft(text, 100))));

    /// <summary>The same by trying every length at every place.</summary>
    private static List<string> Search(int[] text, SpeculationOptions options)
    {
        List<string> found = [];
        for (int length = options.LongestNgram; length >= options.ShortestNgram; length--)
        {
            for (int end = length; end < text.Length; end++)
            {
                if (!text.AsSpan(end - length, length).SequenceEqual(text.AsSpan(text.Length - length)))
                    continue;

                List<int> longer = [.. text];
                for (int i = 0; i < options.DraftTokens; i++)
                    longer.Add(longer[end + i]);
                string continuation = string.Join(' ', longer[text.Length..]);
                if (!found.Contains(continuation) && found.Count < options.Branches)
                    found.Add(continuation);
            }
        }

        return found;
    }

    private static DraftTree Draft(string text, int tokens, int branches, int longest, int shortest = 1)
    {
        SpeculationOptions options = new() { DraftTokens = tokens, Branches = branches, LongestNgram = longest, ShortestNgram = shortest };
        return new NgramDraft(options).Draft(Parse(text), 1000);
    }

    private static int[] Parse(string tokens) => [.. tokens.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

    /// <summary>The continuations, in the order in which they were added.</summary>
    private static List<string> Leaves(DraftTree tree)
    {
        ulong[] ancestors = tree.Ancestors.ToArray();
        int[] tokens = tree.Tokens.ToArray();
        return
        [
            .. Enumerable.Range(1, tree.Count - 1)
                .Where(node => ancestors.Count(row => (row >> node & 1) != 0) == 1)
                .Select(leaf => string.Join(' ', tokens.Where((_, node) => node > 0 && (ancestors[leaf] >> node & 1) != 0))),
        ];
    }
}
