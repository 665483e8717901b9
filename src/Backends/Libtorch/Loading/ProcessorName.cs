using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AttentionGen.Libtorch;

/// <summary>What tells this machine's processor apart from others, as far as attention's speed and instructions go.</summary>
internal static class ProcessorName
{
    /// <summary>Its model, the number of processors that the process may use, and the width of its vectors.</summary>
    public static string OfThisMachine { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Model() ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} processors, {VectorBits()}-bit vectors");

    private static string? Model()
    {
        if (OperatingSystem.IsWindows())
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");

        const string File = "/proc/cpuinfo";
        try
        {
            string? line = System.IO.File.Exists(File)
                ? System.IO.File.ReadLines(File).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
                : null;
            return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int VectorBits() => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
}
