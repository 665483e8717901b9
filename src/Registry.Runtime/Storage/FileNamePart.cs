using System.Text;

namespace AttentionGen;

/// <summary>Names as parts of file names.</summary>
internal static class FileNamePart
{
    /// <summary>The text in lower case, every run of other characters than ASCII letters and digits as one hyphen.</summary>
    public static string Of(string text)
    {
        StringBuilder part = new(text.Length);
        foreach (char letter in text)
        {
            if (char.IsAsciiLetterOrDigit(letter))
                part.Append(char.ToLowerInvariant(letter));
            else if (part.Length > 0 && part[^1] != '-')
                part.Append('-');
        }

        return part.ToString().TrimEnd('-');
    }
}
