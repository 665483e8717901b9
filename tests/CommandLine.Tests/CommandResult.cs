namespace AttentionGen.Tests;

/// <summary>How a command ended, and what it wrote.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>Fails unless the command went well; gives what it wrote.</summary>
    public string AssertSucceeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}: {Error}{Output}");
        return Output;
    }

    /// <summary>Fails unless the command refused its input with a message that has every part, and wrote nothing else.</summary>
    public void AssertRefused(params string[] parts)
    {
        Assert.True(ExitCode == 2, $"Exit code {ExitCode}: {Error}{Output}");
        Assert.Equal("", Output);
        Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        foreach (string part in parts)
            Assert.Contains(part, Error, StringComparison.Ordinal);
    }
}
