using System.Text;

namespace AttentionGen.Generators;

/// <summary>Makes names that satisfy <see cref="BackendName"/>.</summary>
internal static class SuggestedName
{
    private const string ClassSuffix = "Backend";

    /// <summary>The name with underscores for every character that it must not have; empty where nothing of it can stay.</summary>
    public static string Repair(string name)
    {
        var repaired = new StringBuilder(name.Length);
        foreach (char character in name)
            repaired.Append(BackendName.IsPart(character) ? character : '_');

        string trimmed = repaired.ToString().Trim('_');
        if (trimmed.Length == 0)
            return "";

        string begun = BackendName.IsLetter(trimmed[0]) ? trimmed : "ATTN_" + trimmed;
        return Shorten(begun);
    }

    /// <summary><c>FooAttention</c> and <c>FooAttentionBackend</c> give <c>FOO_ATTENTION</c>.</summary>
    public static string FromClassName(string className)
    {
        string stem = className.Length > ClassSuffix.Length && className.EndsWith(ClassSuffix, StringComparison.Ordinal)
            ? className.Substring(0, className.Length - ClassSuffix.Length)
            : className;
        var words = new StringBuilder(stem.Length + 8);
        for (int i = 0; i < stem.Length; i++)
        {
            if (i > 0 && BeginsWord(stem, i))
                words.Append('_');

            words.Append(char.ToUpperInvariant(stem[i]));
        }

        string repaired = Repair(words.ToString());
        return repaired.Length == 0 ? "MY_ATTENTION" : repaired;
    }

    private static string Shorten(string name) => name.Length <= BackendName.MaxLength ? name : name.Substring(0, BackendName.MaxLength);

    // A capital begins a word after a small letter or a digit (fooBar), and before a small letter (the last of MLACore's capitals).
    private static bool BeginsWord(string text, int index) =>
        char.IsUpper(text[index])
        && (!char.IsUpper(text[index - 1]) || (index + 1 < text.Length && char.IsLower(text[index + 1])));
}
