using System.Text.RegularExpressions;

namespace AttentionGen.Tests;

/// <summary>
/// docs/attn.md has what the program prints: exactly, and where it measures but for the numbers. ATTENTIONGEN_ACCEPT=1 writes
/// it anew.
/// </summary>
public sealed partial class DocumentationTests
{
    private static readonly string s_page = Path.Combine(Repository.Root, "docs", "attn.md");

    [Fact]
    public void Every_example_is_what_the_program_prints()
    {
        string page = File.ReadAllText(s_page).ReplaceLineEndings("\n");
        string cache = Directory.CreateTempSubdirectory("attn-page-").FullName;
        int examples = 0;
        try
        {
            string printed = Example().Replace(page, match =>
            {
                examples++;
                string[] arguments = match.Groups["arguments"].Value.Split(' ');
                CommandResult result = ProgramProcess.Run(arguments, ("ATTENTION_CACHE_DIRECTORY", cache));
                Assert.InRange(result.ExitCode, 0, 1);
                string errors = string.Concat(result.Error.Split('\n').Where(static line => line.StartsWith("error: ", StringComparison.Ordinal)).Select(static line => line + "\n"));
                string output = Shortened(match.Groups["output"].Value, (result.Output + errors).Replace(cache, "~/.cache/attentiongen", StringComparison.Ordinal));
                output = Commit().Replace(output, "");
                bool same = match.Groups["measured"].Success ? Blurred(output) == Blurred(match.Groups["output"].Value) : output == match.Groups["output"].Value;
                return same ? match.Value : match.Groups["head"].Value + output + "```";
            });
            if (Repository.Accepts)
                File.WriteAllText(s_page, printed);
            else
                Assert.Equal(page, printed);
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }

        Assert.Equal(8, examples);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("explain")]
    [InlineData("verify")]
    [InlineData("bench")]
    [InlineData("tune")]
    public void The_page_names_every_option(string command)
    {
        string page = File.ReadAllText(s_page);
        string help = InProcess.Run(command, "--help").AssertSucceeded();
        string[] options = [.. Option().Matches(help).Select(static match => match.Value).Distinct()];
        Assert.Contains("--json", options);
        Assert.All(options.Except(["--help", "--version"]), option => Assert.Contains(option, page, StringComparison.Ordinal));
    }

    /// <summary>A page that ends an example with three dots shows its beginning alone.</summary>
    private static string Shortened(string documented, string output)
    {
        if (!documented.EndsWith("\n...\n", StringComparison.Ordinal))
            return output;
        int lines = documented.Count(static c => c == '\n') - 1;
        return string.Concat(output.Split('\n').Take(lines).Select(static line => line + "\n")) + "...\n";
    }

    /// <summary>Numbers, machines, the fastest backend, the order of rows and the widths of columns, and where lines are broken, differ from run to run.</summary>
    private static string Blurred(string text) => string.Join(
        ' ', Number().Replace(MeasuredOn().Replace(text, ""), "#").Split((char[])[' ', '\n', '─'], StringSplitOptions.RemoveEmptyEntries)
            .Where(static word => !word.Contains('#', StringComparison.Ordinal) && !word.Contains('.', StringComparison.Ordinal) && !word.EndsWith(':'))
            .Order(StringComparer.Ordinal).Distinct());

    [GeneratedRegex(@"(?<head>```console(?<measured> measured)?\n\$ attn (?<arguments>[^\n]*)\n)(?<output>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"\n  measured .*?(?=\n\n)", RegexOptions.Singleline)]
    private static partial Regex MeasuredOn();

    [GeneratedRegex(@"\+[0-9a-f]{40}")]
    private static partial Regex Commit();

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
