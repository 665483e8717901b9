using System.Diagnostics;

namespace TextGeneration.CommandLine;

/// <summary>The most memory that the process has held at once.</summary>
internal static class PeakMemory
{
    public static long OfThisProcess()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
