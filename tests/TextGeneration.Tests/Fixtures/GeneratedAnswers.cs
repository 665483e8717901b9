using TextGeneration.Generation;

namespace TextGeneration.Tests.Fixtures;

/// <summary>Generated tokens, sorted by prompt.</summary>
/// <param name="Tokens">Each prompt's tokens.</param>
/// <param name="Finishes">Why each answer ended; none where it did not.</param>
/// <param name="Order">The prompt of each token, in the order in which they came.</param>
internal sealed record GeneratedAnswers(int[][] Tokens, FinishReason[] Finishes, int[] Order)
{
    public static GeneratedAnswers Collect(IEnumerable<GeneratedToken> generated, int prompts)
    {
        List<int>[] tokens = [.. Enumerable.Range(0, prompts).Select(static _ => new List<int>())];
        FinishReason[] finishes = new FinishReason[prompts];
        List<int> order = [];
        foreach (GeneratedToken token in generated)
        {
            Assert.Equal(FinishReason.None, finishes[token.Prompt]);
            tokens[token.Prompt].Add(token.Id);
            finishes[token.Prompt] = token.Finish;
            order.Add(token.Prompt);
        }

        return new GeneratedAnswers([.. tokens.Select(static list => list.ToArray())], finishes, [.. order]);
    }
}
