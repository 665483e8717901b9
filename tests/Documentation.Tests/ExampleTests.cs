using System.Text.RegularExpressions;

namespace AttentionGen.Tests;

/// <summary>
/// Every C# block of docs/registry.md stands, line for line, in a file that is compiled: one of Examples/, or a snapshot of
/// what the generator writes.
/// </summary>
public sealed partial class ExampleTests
{
    private static readonly string s_repository = FindRepository();

    private static readonly string[] s_sources =
    [
        .. Directory.GetFiles(Path.Combine(s_repository, "tests", "Documentation.Tests", "Examples"), "*.cs")
            .Concat(Directory.GetFiles(Path.Combine(s_repository, "tests", "Registry.Generators.Tests", "Snapshots"), "*.verified.cs"))
            .Select(static file => Normalise(File.ReadAllText(file))),
    ];

    public static TheoryData<string> Blocks =>
        [.. CSharpBlock().Matches(File.ReadAllText(Path.Combine(s_repository, "docs", "registry.md"))).Select(static match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void An_example_is_code_that_is_compiled(string block) =>
        Assert.True(s_sources.Any(source => source.Contains(Normalise(block), StringComparison.Ordinal)), $"No file has these lines:\n{block}");

    [Fact]
    public void There_are_examples() => Assert.True(Blocks.Count >= 10);

    // Lines without their indentation, and without empty ones.
    private static string Normalise(string text) =>
        "\n" + string.Concat(text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0).Select(static line => line + "\n"));

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
}
