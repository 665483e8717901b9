using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests.Documentation;

/// <summary>The pages of docs/diagnostics: where they are, what of them is generated, and the examples that they show.</summary>
internal static partial class DiagnosticPages
{
    private const string TableBegin = "<!-- generated from the descriptors -->";
    private const string TableEnd = "<!-- end of the generated table -->";

    /// <summary>Set to 1 to write the generated parts instead of comparing them.</summary>
    public static bool Accept => Environment.GetEnvironmentVariable("ATTENTIONGEN_ACCEPT") == "1";

    public static string Folder { get; } = Path.Combine(FindRepository(), "docs", "diagnostics");

    public static string Overview => Path.Combine(Folder, "README.md");

    public static string PathOf(string id) => Path.Combine(Folder, id + ".md");

    /// <summary>What a page begins with, up to its first section.</summary>
    public static string Header(Rule rule) =>
        $"""
        # {rule.Id}: {rule.Title}

        | Category | Severity | On by default | Code fix |
        |---|---|---|---|
        | {rule.Descriptors[0].Category} | {rule.Descriptors[0].DefaultSeverity} | {YesNo(rule.Descriptors[0].IsEnabledByDefault)} | {YesNo(rule.HasFix)} |


        """;

    public static string WithHeader(string page, string header)
    {
        int body = page.IndexOf("## ", StringComparison.Ordinal);
        return header + (body < 0 ? "" : page[body..]);
    }

    public static string Table(IEnumerable<Rule> rules)
    {
        IEnumerable<string> rows = rules.Select(static rule =>
            $"| [{rule.Id}]({rule.Id}.md) | {rule.Title} | {SeverityOf(rule.Descriptors[0])} | {YesNo(rule.HasFix)} |");
        return string.Join('\n', ["| Rule | Title | Severity | Code fix |", "|---|---|---|---|", .. rows]);
    }

    public static string WithTable(string overview, string table)
    {
        int begin = overview.IndexOf(TableBegin, StringComparison.Ordinal) + TableBegin.Length;
        int end = overview.IndexOf(TableEnd, StringComparison.Ordinal);
        return $"{overview[..begin]}\n{table}\n{overview[end..]}";
    }

    /// <summary>The C# of a page's example: before the fix, and after.</summary>
    public static (string Before, string After) ReadExamples(string page)
    {
        MatchCollection blocks = CSharpBlock().Matches(page);
        return (blocks[^2].Groups[1].Value, blocks[^1].Groups[1].Value);
    }

    /// <summary>The library that a page's example references, which it shows before the two, or null.</summary>
    public static string? ReadReferencedLibrary(string page)
    {
        MatchCollection blocks = CSharpBlock().Matches(page);
        return blocks.Count > 2 ? blocks[0].Groups[1].Value : null;
    }

    /// <summary>What a page's example sets AttentionGenRequire to, or an empty text.</summary>
    public static string ReadRequiredBackends(string page) => RequiredBackends().Match(page).Groups[1].Value;

    private static string SeverityOf(DiagnosticDescriptor descriptor) =>
        descriptor.IsEnabledByDefault ? $"{descriptor.DefaultSeverity}" : $"{descriptor.DefaultSeverity}, off by default";

    private static string YesNo(bool value) => value ? "Yes" : "No";

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AttentionGen.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds AttentionGen.sln.");
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex("<AttentionGenRequire>(.*?)</AttentionGenRequire>")]
    private static partial Regex RequiredBackends();
}
