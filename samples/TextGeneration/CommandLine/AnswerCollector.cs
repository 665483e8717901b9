using System.Text;
using TextGeneration.Generation;
using TextGeneration.Tokenization;

namespace TextGeneration.CommandLine;

/// <summary>Turns generated tokens into answers, and prints them on the way.</summary>
internal sealed class AnswerCollector(string[] prompts, HuggingFaceTokenizer tokenizer, TextWriter output)
{
    private readonly AnswerWriter _writer = new(output, prompts.Length);
    private readonly IncrementalDecoder[] _decoders = [.. prompts.Select(_ => tokenizer.CreateDecoder())];
    private readonly StringBuilder[] _texts = [.. prompts.Select(static _ => new StringBuilder())];
    private readonly List<int>[] _tokens = [.. prompts.Select(static _ => new List<int>())];
    private readonly FinishReason[] _finishes = new FinishReason[prompts.Length];

    public int TokenCount { get; private set; }

    /// <summary>The answers as far as they have come, in the order of the prompts.</summary>
    public IReadOnlyList<Answer> Answers =>
    [
        .. prompts.Select((prompt, i) => new Answer(
            prompt, _texts[i].ToString(), _tokens[i], _finishes[i] == FinishReason.None ? "cancelled" : _finishes[i].ToString().ToLowerInvariant())),
    ];

    public void Add(GeneratedToken token)
    {
        TokenCount++;
        _tokens[token.Prompt].Add(token.Id);
        _finishes[token.Prompt] = token.Finish;
        bool isLast = token.Finish != FinishReason.None;
        string text = _decoders[token.Prompt].Append(token.Id);
        if (isLast)
            text += _decoders[token.Prompt].Flush();
        _texts[token.Prompt].Append(text);
        _writer.Append(token.Prompt, text, isLast);
    }

    /// <summary>Prints what is left of answers that were cut off.</summary>
    public void Finish()
    {
        if (_finishes.Contains(FinishReason.None))
            _writer.CutOff();
    }
}
