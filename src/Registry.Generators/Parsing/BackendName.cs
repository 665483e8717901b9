namespace AttentionGen.Generators;

/// <summary>The rule for the names of backends that are not in-tree.</summary>
internal static class BackendName
{
    /// <summary>The most characters that a name may have.</summary>
    public const int MaxLength = 64;

    /// <summary>Whether a text is made of ASCII letters, digits and underscores, begins with a letter, and is not too long.</summary>
    public static bool IsWellFormed(string? text) =>
        text is { Length: > 0 and <= MaxLength } && IsLetter(text[0]) && text.All(IsPart);

    public static bool IsLetter(char c) => c is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z');

    public static bool IsPart(char c) => IsLetter(c) || c is (>= '0' and <= '9') or '_';
}
