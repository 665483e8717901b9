namespace AttentionGen.Tests;

/// <summary>What NativeAOT links with, which is not part of the .NET SDK.</summary>
public static class NativeToolchain
{
    /// <summary>Skips the test where this machine has no linker for NativeAOT.</summary>
    public static void SkipUnlessInstalled() => Assert.SkipUnless(
        OperatingSystem.IsWindows() || IsOnPath("clang") || IsOnPath("gcc"),
        "NativeAOT needs clang or gcc to link, and this machine has neither: install clang and zlib1g-dev, or their like.");

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
