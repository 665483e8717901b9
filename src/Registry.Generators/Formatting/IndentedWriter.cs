using System.Text;

namespace AttentionGen.Generators;

/// <summary>Text with indentation. Lines end with a line feed on every system, so output does not depend on where it is made.</summary>
internal sealed class IndentedWriter
{
    private const int SpacesPerLevel = 4;
    private readonly StringBuilder _text = new();
    private int _level;

    /// <summary>Writes a text of one or more lines, each at the current level.</summary>
    public void WriteLine(string text = "")
    {
        foreach (string line in text.Split('\n'))
        {
            string content = line.TrimEnd('\r');
            if (content.Length > 0)
                _text.Append(' ', _level * SpacesPerLevel).Append(content);

            _text.Append('\n');
        }
    }

    /// <summary>Writes a header and an opening bracket, and indents what follows.</summary>
    public void Open(string header, string bracket = "{")
    {
        WriteLine(header);
        OpenBlock(bracket);
    }

    /// <summary>Writes an opening bracket, and indents what follows.</summary>
    public void OpenBlock(string bracket = "{")
    {
        WriteLine(bracket);
        _level++;
    }

    /// <summary>Closes what <see cref="Open"/> opened.</summary>
    /// <param name="bracket">The closing bracket, with what follows it.</param>
    public void Close(string bracket = "}")
    {
        _level--;
        WriteLine(bracket);
    }

    public override string ToString() => _text.ToString();
}
