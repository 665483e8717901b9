using TextGeneration.Generation;

namespace TextGeneration.Tests.Fixtures;

/// <summary>The shipped model answers prompts that it was never trained on.</summary>
[Collection(TinyTasks.Collection)]
public sealed class AccuracyTests(TinyTasks model)
{
    [Fact]
    public void Every_held_out_prompt_is_answered_rightly()
    {
        HeldOutPrompt[] prompts = HeldOutPrompt.ReadAll();
        Assert.Equal(4, prompts.CountBy(static prompt => prompt.Task).Count(static task => task.Value == 1000));

        int[][] tokens = [.. prompts.Select(prompt => model.Tokenizer.Encode(prompt.Prompt))];
        GeneratedAnswers answers = model.Float32.Generate(tokens, new GenerationOptions { MaxBatch = 64 });
        string[] wrong =
        [
            .. prompts.Zip(answers.Tokens, (prompt, answer) => (prompt, Text: model.Tokenizer.Decode(answer)))
                .Where(static pair => pair.Text != pair.prompt.Answer)
                .Select(static pair => $"{pair.prompt.Prompt}: {pair.Text} instead of {pair.prompt.Answer}"),
        ];
        Assert.Empty(wrong);
        Assert.All(answers.Finishes, static finish => Assert.Equal(FinishReason.Stop, finish));
    }
}
