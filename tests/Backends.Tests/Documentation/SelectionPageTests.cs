using System.Text.RegularExpressions;
using Xunit;

namespace AttentionGen.Tests.Documentation;

/// <summary>
/// Each example of docs/selection.md is code that is compiled, and what stands under it is what it writes. With
/// ATTENTIONGEN_ACCEPT=1 the outputs are written instead of compared.
/// </summary>
public sealed partial class SelectionPageTests
{
    private static readonly string s_page = Path.Combine(Repository.Folder, "docs", "selection.md");

    public static TheoryData<string> Names => [.. SelectionExamples.All.Keys];

    [Fact]
    public void Every_example_of_the_page_is_run() =>
        Assert.Equal(SelectionExamples.All.Keys, Example().Matches(File.ReadAllText(s_page)).Select(static match => match.Groups["name"].Value));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_is_code_that_is_compiled(string name)
    {
        string source = File.ReadAllText(Path.Combine(Repository.Folder, "tests", "Backends.Tests", "Documentation", "SelectionExamples.cs"));

        Assert.Contains(Normalise(Find(name).Groups["code"].Value), Normalise(source), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_example_writes_what_the_page_says(string name)
    {
        StringWriter output = new() { NewLine = "\n" };
        SelectionExamples.All[name](output);
        string written = output.ToString().ReplaceLineEndings("\n");
        Group expected = Find(name).Groups["output"];
        if (Environment.GetEnvironmentVariable("ATTENTIONGEN_ACCEPT") == "1")
        {
            string page = File.ReadAllText(s_page);
            File.WriteAllText(s_page, page[..expected.Index] + written + page[(expected.Index + expected.Length)..]);
        }
        else
        {
            Assert.Equal(written, expected.Value);
        }
    }

    private static Match Find(string name) => Example().Matches(File.ReadAllText(s_page)).Single(match => match.Groups["name"].Value == name);

    private static string Normalise(string text) =>
        "\n" + string.Concat(text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0).Select(static line => line + "\n"));

    [GeneratedRegex("<!-- example: (?<name>\\w+) -->\n```csharp\n(?<code>.*?)```\n```text\n(?<output>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
