using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using TextGeneration.Tests.Fixtures;

namespace TextGeneration.Tests.Processes;

/// <summary>What Ctrl-C does.</summary>
public sealed partial class CancellationTests
{
    private const int Interrupt = 2;

    public CancellationTests() => Assert.SkipUnless(CanInterrupt(), "This process and those it starts ignore SIGINT, or there is none.");

    [Fact]
    public void Ends_a_run_between_two_steps()
    {
        HeldOutPrompt[] prompts = HeldOutPrompt.ReadAll();
        using Process process = StartLongRun(prompts, "--max-batch", "1");
        Assert.Equal(prompts[0].Answer, process.StandardOutput.ReadLine());
        Assert.Equal(0, Kill(process.Id, Interrupt));

        ProgramResult result = ProgramProcess.Finish(process);
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("cancelled", result.Error, StringComparison.Ordinal);
        string[] answers = result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.True(answers.Length < prompts.Length / 2, $"{answers.Length} answers were printed.");
        Assert.All(answers.SkipLast(1), (answer, i) => Assert.Equal(prompts[i + 1].Answer, answer));
    }

    [Fact]
    public void Keeps_the_json_document_whole()
    {
        HeldOutPrompt[] prompts = HeldOutPrompt.ReadAll();
        using Process process = StartLongRun(prompts, "--max-batch", "1", "--json");
        WaitUntilLibtorchIsLoaded(process);
        Assert.Equal(0, Kill(process.Id, Interrupt));

        ProgramResult result = ProgramProcess.Finish(process);
        Assert.Equal(130, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.True(document.RootElement.GetProperty("cancelled").GetBoolean());
        Assert.Equal("cancelled", document.RootElement.GetProperty("answers")[prompts.Length - 1].GetProperty("finish").GetString());
    }

    [Fact]
    public void Ends_the_wait_for_prompts()
    {
        using Process process = ProgramProcess.Start([]);
        process.StandardInput.WriteLine("add 1 2");
        process.StandardInput.Flush();
        Thread.Sleep(TimeSpan.FromSeconds(2));
        Assert.Equal(0, Kill(process.Id, Interrupt));
        ProgramResult result = ProgramProcess.Finish(process);
        Assert.Equal(130, result.ExitCode);
        Assert.Equal("", result.Output);
    }

    private static Process StartLongRun(HeldOutPrompt[] prompts, params string[] arguments)
    {
        Process process = ProgramProcess.Start(arguments);
        foreach (HeldOutPrompt prompt in prompts)
            process.StandardInput.WriteLine(prompt.Prompt);
        process.StandardInput.Close();
        return process;
    }

    private static void WaitUntilLibtorchIsLoaded(Process process)
    {
        string maps = $"/proc/{process.Id}/maps";
        Stopwatch clock = Stopwatch.StartNew();
        while (!File.ReadAllText(maps).Contains("LibTorchSharp", StringComparison.Ordinal) && clock.Elapsed < TimeSpan.FromMinutes(1))
            Thread.Sleep(10);
    }

    /// <summary>A process that is started by a shell in the background may ignore SIGINT, and so do its children.</summary>
    private static bool CanInterrupt()
    {
        if (!OperatingSystem.IsLinux())
            return false;

        string ignored = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (Convert.ToInt64(ignored["SigIgn:".Length..].Trim(), 16) & (1L << (Interrupt - 1))) == 0;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
