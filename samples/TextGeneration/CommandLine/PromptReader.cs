namespace TextGeneration.CommandLine;

/// <summary>Gathers the prompts and turns away those that cannot be answered.</summary>
internal static class PromptReader
{
    /// <summary>The prompts of the command line, or the lines of standard input where there are none.</summary>
    /// <exception cref="InvalidInputException">There is none, or one is empty.</exception>
    public static string[] Read(string[] arguments, TextReader input)
    {
        string[] prompts = arguments.Length > 0 ? arguments : ReadLines(input);
        if (prompts.Length == 0)
            throw new InvalidInputException("There is no prompt. Give prompts as arguments, or one a line on standard input.");

        for (int i = 0; i < prompts.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(prompts[i]))
                throw new InvalidInputException($"Prompt {i + 1} of {prompts.Length} is empty. A prompt has at least one character that is not a space.");
        }

        return prompts;
    }

    /// <summary>Throws where a prompt leaves no room for an answer in the model's context.</summary>
    /// <exception cref="InvalidInputException">The message names the prompt, its length and the model's.</exception>
    public static void ThrowIfTooLong(IReadOnlyList<int[]> prompts, int maximumPositions)
    {
        for (int i = 0; i < prompts.Count; i++)
        {
            if (prompts[i].Length >= maximumPositions)
            {
                throw new InvalidInputException(
                    $"Prompt {i + 1} of {prompts.Count} has {prompts[i].Length} tokens. The model's context is {maximumPositions} tokens, the answer's included: shorten the prompt.");
            }
        }
    }

    /// <summary>Throws where the tokenizer gives a token that the model has no embedding for.</summary>
    /// <exception cref="InvalidInputException">The message names the prompt, the token and the model's vocabulary.</exception>
    public static void ThrowIfUnknown(IReadOnlyList<int[]> prompts, int vocabularySize)
    {
        for (int i = 0; i < prompts.Count; i++)
        {
            foreach (int token in prompts[i])
            {
                if ((uint)token >= (uint)vocabularySize)
                {
                    throw new InvalidInputException(
                        $"Prompt {i + 1} of {prompts.Count} has token {token}. The model's vocab_size is {vocabularySize}: config.json and the tokenizer may come from different models.");
                }
            }
        }
    }

    private static string[] ReadLines(TextReader input)
    {
        List<string> lines = [];
        while (input.ReadLine() is { } line)
            lines.Add(line);

        // A last line that is empty is how an editor ends a file.
        if (lines.Count > 1 && lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        return [.. lines];
    }
}
