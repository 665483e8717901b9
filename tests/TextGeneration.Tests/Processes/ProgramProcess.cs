using System.Diagnostics;

namespace TextGeneration.Tests.Processes;

/// <summary>The built program as a process.</summary>
internal static class ProgramProcess
{
    // Far more than any run takes, even on a busy machine: what it ends is a hang.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private static readonly string s_path = Path.Combine(
        AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "TextGeneration.exe" : "TextGeneration");

    /// <summary>Runs the program to its end.</summary>
    public static ProgramResult Run(string[] arguments, string input = "", params (string Name, string Value)[] environment)
    {
        using Process process = Start(arguments, environment);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return Finish(process);
    }

    /// <summary>Starts the program with its three streams redirected.</summary>
    public static Process Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(s_path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ATTENTION_BACKEND");

        // libtorch's threads wait for one another by spinning, which takes long on a machine that other tests keep busy.
        start.Environment["OMP_NUM_THREADS"] = "1";
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the program's end.</summary>
    public static ProgramResult Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!process.WaitForExit(s_limit))
        {
            process.Kill();
            Assert.Fail($"The program still runs after {s_limit}.");
        }

        Task.WaitAll([output, error], TestContext.Current.CancellationToken);
        return new ProgramResult(process.ExitCode, output.Result, error.Result);
    }
}

/// <summary>How the program ended, and what it wrote.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    /// <summary>Fails unless the program refused its input with a message that has every part, and wrote nothing else.</summary>
    public void AssertRefused(params string[] parts)
    {
        Assert.True(ExitCode == 2, $"Exit code {ExitCode}; standard error: {Error}");
        Assert.Equal("", Output);
        Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        foreach (string part in parts)
            Assert.Contains(part, Error, StringComparison.Ordinal);
    }

    /// <summary>Fails unless the program ended well; gives the lines that it wrote.</summary>
    public string[] AssertSucceeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}; standard error: {Error}");
        return Output.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
    }
}
