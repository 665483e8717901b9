using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace AttentionGen.Generators;

/// <summary>Makes C# names from names that follow other rules: those of assemblies, of MSBuild and of backends.</summary>
internal static class Identifier
{
    /// <summary>A dotted name with every part made an identifier, keywords not yet escaped.</summary>
    public static string ToDottedName(string text)
    {
        IEnumerable<string> parts = text.Split('.').Where(static part => part.Length > 0).Select(ToIdentifier);
        string joined = string.Join(".", parts);
        return joined.Length == 0 ? "_" : joined;
    }

    /// <summary>
    /// The namespace part for an assembly. Where characters had to be replaced, a hash of the name keeps two assemblies
    /// apart that would otherwise meet in one namespace (<c>a-b</c> and <c>a_b</c>).
    /// </summary>
    public static string ForAssembly(string assemblyName)
    {
        string safe = ToDottedName(assemblyName);
        return safe == assemblyName ? safe : $"{safe}_{StableHash(assemblyName)}";
    }

    /// <summary>A backend's name in Pascal case: <c>ACME_ATTN</c> becomes <c>AcmeAttn</c>.</summary>
    public static string ToPascalCase(string backendName)
    {
        StringBuilder text = new(backendName.Length);
        bool startsWord = true;
        foreach (char c in backendName)
        {
            if (c != '_')
                text.Append(startsWord ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c));

            startsWord = c == '_';
        }

        return text.ToString();
    }

    /// <summary>A dotted name as it is written in C#, with an @ before each keyword.</summary>
    public static string Escape(string dottedName) => string.Join(".", dottedName.Split('.').Select(EscapePart));

    /// <summary>Whether a text is a dotted C# name, each keyword escaped.</summary>
    public static bool IsEscapedDottedName(string text) =>
        text.Split('.').All(static part => part.StartsWith("@", StringComparison.Ordinal)
            ? SyntaxFacts.IsValidIdentifier(part.Substring(1))
            : SyntaxFacts.IsValidIdentifier(part) && !IsKeyword(part));

    private static string EscapePart(string part) => IsKeyword(part) ? "@" + part : part;

    private static bool IsKeyword(string part) => SyntaxFacts.GetKeywordKind(part) != SyntaxKind.None;

    private static string ToIdentifier(string part)
    {
        StringBuilder text = new(part.Length + 1);
        if (!SyntaxFacts.IsIdentifierStartCharacter(part[0]) && SyntaxFacts.IsIdentifierPartCharacter(part[0]))
            text.Append('_');

        foreach (char c in part)
            text.Append(SyntaxFacts.IsIdentifierPartCharacter(c) && !IsIgnoredByCompiler(c) ? c : '_');

        return text.ToString();
    }

    // Formatting characters are allowed inside an identifier and dropped from it, so a name must not depend on them.
    private static bool IsIgnoredByCompiler(char c) => char.GetUnicodeCategory(c) == UnicodeCategory.Format;

    // FNV-1a: string.GetHashCode differs from process to process, and generated names must not.
    private static string StableHash(string text)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = unchecked((hash ^ b) * 16777619);

        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}
