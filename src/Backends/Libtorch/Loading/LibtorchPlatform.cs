using System.Runtime.InteropServices;

namespace AttentionGen.Libtorch;

/// <summary>How one operating system names libraries and lays out folders.</summary>
internal sealed record LibtorchPlatform(string RuntimeIdentifier, string Prefix, string Suffix, char PathListSeparator, string LoaderPathVariable)
{
    public static LibtorchPlatform Linux { get; } = new("linux-x64", "lib", ".so", ':', "LD_LIBRARY_PATH");

    public static LibtorchPlatform Windows { get; } = new("win-x64", "", ".dll", ';', "PATH");

    public static LibtorchPlatform MacOS { get; } = new("osx-arm64", "lib", ".dylib", ':', "DYLD_LIBRARY_PATH");

    public static LibtorchPlatform Current { get; } = DetectCurrent();

    public bool IsWindows => Suffix == ".dll";

    public string FileName(string library) => Prefix + library + Suffix;

    private static LibtorchPlatform DetectCurrent()
    {
        LibtorchPlatform system = OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? MacOS : Linux;
        string architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string name = system.RuntimeIdentifier[..system.RuntimeIdentifier.IndexOf('-')];
        return system with { RuntimeIdentifier = $"{name}-{architecture}" };
    }
}
