namespace AttentionGen.Generators;

/// <summary>The rule for the names of backends that are not in-tree.</summary>
internal static class BackendName
{
    /// <summary>Whether a text is made of ASCII letters, digits and underscores and begins with a letter.</summary>
    public static bool IsWellFormed(string? text) =>
        text is { Length: > 0 } && IsLetter(text[0]) && text.All(static c => IsLetter(c) || c is (>= '0' and <= '9') or '_');

    private static bool IsLetter(char c) => c is (>= 'A' and <= 'Z') or (>= 'a' and <= 'z');
}
