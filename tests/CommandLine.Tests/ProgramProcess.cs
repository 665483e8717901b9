using System.Diagnostics;

namespace AttentionGen.Tests;

/// <summary>The built program as a process.</summary>
internal static class ProgramProcess
{
    // Far more than any run takes, even on a busy machine: what it ends is a hang.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "attn.exe" : "attn");

    /// <summary>Runs the program to its end.</summary>
    public static CommandResult Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        using Process process = Start(arguments, environment);
        return Finish(process);
    }

    /// <summary>Starts the program with its output redirected.</summary>
    public static Process Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("ATTENTION_BACKEND");
        start.Environment["ATTENTION_CACHE_DIRECTORY"] = EmptyCache.Path;

        // libtorch's threads wait for one another by spinning, which takes long on a machine that other tests keep busy.
        start.Environment["OMP_NUM_THREADS"] = "1";
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the program's end.</summary>
    public static CommandResult Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!process.WaitForExit(s_limit))
        {
            process.Kill();
            Assert.Fail($"The program still runs after {s_limit}.");
        }

        Task.WaitAll([output, error], TestContext.Current.CancellationToken);
        return new CommandResult(process.ExitCode, output.Result.ReplaceLineEndings("\n"), error.Result.ReplaceLineEndings("\n"));
    }
}
