using System.Text;

namespace TextGeneration.CommandLine;

/// <summary>
/// Prints answers in the order of the prompts as they are generated: the first unfinished one token by token, the others
/// when their turn comes.
/// </summary>
internal sealed class AnswerWriter(TextWriter output, int prompts)
{
    private readonly StringBuilder[] _held = [.. Enumerable.Range(0, prompts).Select(static _ => new StringBuilder())];
    private readonly bool[] _finished = new bool[prompts];
    private int _current;

    /// <summary>Adds text to an answer.</summary>
    public void Append(int prompt, string text, bool isLast)
    {
        _held[prompt].Append(text);
        _finished[prompt] |= isLast;
        while (_current < _held.Length)
        {
            output.Write(_held[_current]);
            _held[_current].Clear();
            if (!_finished[_current])
                break;

            output.WriteLine();
            _current++;
        }

        output.Flush();
    }

    /// <summary>Ends the line of an answer that was cut off, and prints what was held back of the others.</summary>
    public void CutOff()
    {
        for (; _current < _held.Length; _current++)
            output.WriteLine(_held[_current]);
        output.Flush();
    }
}
