using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AttentionGen.Tests;

/// <summary>What Ctrl+C does.</summary>
public sealed partial class CancellationTests
{
    private const int Interrupt = 2;

    [Fact]
    public void Ends_the_battery_between_two_cases()
    {
        Assert.SkipUnless(CanInterrupt(), "This process and those it starts ignore SIGINT, or there is none.");
        using Process process = ProgramProcess.Start(["verify", "--full"]);
        Stopwatch clock = Stopwatch.StartNew();
        while (!File.ReadAllText($"/proc/{process.Id}/maps").Contains("LibTorchSharp", StringComparison.Ordinal) && clock.Elapsed < TimeSpan.FromMinutes(1))
            Thread.Sleep(10);
        Assert.Equal(0, Kill(process.Id, Interrupt));

        CommandResult result = ProgramProcess.Finish(process);
        Assert.Equal((130, ""), (result.ExitCode, result.Output));
        Assert.EndsWith("Cancelled.\n", result.Error, StringComparison.Ordinal);
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
