namespace AttentionGen.Tests;

/// <summary>What holds for all that is printed.</summary>
public sealed class OutputTests
{
    [Theory]
    [InlineData("list")]
    [InlineData("list --vllm")]
    [InlineData("explain --device cuda:9.0 --rules vllm")]
    [InlineData("explain --device tpu")]
    [InlineData("--help")]
    [InlineData("explain --help")]
    public void Piped_it_is_plain_text_of_100_columns(string command)
    {
        CommandResult result = ProgramProcess.Run(command.Split(' '), ("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("GITHUB_ACTIONS", "true"));
        Assert.DoesNotContain('\u001b', result.Output + result.Error);
        Assert.All(result.Output.Split('\n'), static line => Assert.True(line.Length <= 100, line));
        Assert.All(result.Output.Split('\n').Where(_ => !command.Contains("help", StringComparison.Ordinal)), static line => Assert.Equal(line.TrimEnd(), line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("list")]
    [InlineData("explain")]
    [InlineData("verify")]
    [InlineData("bench")]
    [InlineData("tune")]
    [InlineData("completion")]
    public void Every_command_has_help(string command)
    {
        string help = ProgramProcess.Run([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]).AssertSucceeded();
        Assert.Contains("Description:", help, StringComparison.Ordinal);
        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        foreach (string type in (string[])["Int32", "ElementType", "Nullable", "AttentionDevice", "<>"])
            Assert.DoesNotContain(type, help, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_arguments_it_is_the_help() =>
        Assert.Equal(ProgramProcess.Run(["--help"]).AssertSucceeded(), ProgramProcess.Run([]).AssertSucceeded());

    [Fact]
    public void The_help_says_the_exit_codes() => Assert.Contains("130 cancelled", string.Join(' ', InProcess.Run("--help").AssertSucceeded().Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

    [Fact]
    public void The_version() => Assert.Matches(@"^\d+\.\d+\.\d+", ProgramProcess.Run(["--version"]).AssertSucceeded());

    [Fact]
    public void Without_libtorch_an_error_says_what_to_do()
    {
        string empty = Directory.CreateTempSubdirectory("attn-empty-").FullName;
        ProgramProcess.Run(["verify"], ("ATTENTION_LIBTORCH", empty)).AssertRefused(empty);
        ProgramProcess.Run(["explain"], ("ATTENTION_LIBTORCH", empty)).AssertSucceeded();
        ProgramProcess.Run(["list"], ("ATTENTION_LIBTORCH", empty)).AssertSucceeded();
        Directory.Delete(empty);
    }
}
