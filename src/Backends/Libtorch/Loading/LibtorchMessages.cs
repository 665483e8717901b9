namespace AttentionGen.Libtorch;

/// <summary>The texts of <see cref="LibtorchLoadException"/>: what happened, where was looked, what to do.</summary>
internal static class LibtorchMessages
{
    private const string NameIt =
        $"set {LibtorchOptions.DirectoryVariable} (or LibtorchOptions.Directory) to the directory that holds it";

    public static string NotFound(LibtorchPlatform platform, IReadOnlyList<string> visited) =>
        $"""
        libtorch was not found: no directory that was looked into holds {platform.FileName("torch_cpu")}.
        For a CPU build, add the NuGet package libtorch-cpu-{platform.RuntimeIdentifier} {LibtorchSearch.LibtorchVersion} to the application. For CUDA, install PyTorch for Python, or {NameIt}.
        {Visited(visited)}
        """;

    public static string NamedDirectoryIsEmpty(string directory, bool byVariable, LibtorchPlatform platform, IReadOnlyList<string> visited) =>
        $"""
        The directory '{directory}', named by {(byVariable ? $"the environment variable {LibtorchOptions.DirectoryVariable}" : "LibtorchOptions.Directory")}, does not hold libtorch: there is no {platform.FileName("torch_cpu")} in it.
        A named directory is binding, so nothing else was searched. Name the directory with that file in it (a Python PyTorch keeps it in site-packages/torch/lib), or name none to have it searched for.
        {Visited(visited)}
        """;

    public static string CpuBuild(IReadOnlyList<LibtorchLocation> found, bool wasNamed) =>
        $"""
        CUDA was asked for, and the libtorch {(wasNamed ? "named" : "found")} is a CPU build (there is no torch_cuda library beside it): {string.Join(", ", found.Select(location => location.Directory))}.
        Install a PyTorch built for CUDA and {NameIt}, or ask for DeviceKind.Cpu.
        """;

    public static string TorchSharpNotFound(string file, string libtorchDirectory, IReadOnlyList<string> looked) =>
        $"""
        libtorch was found in '{libtorchDirectory}', but TorchSharp's native library {file} was not found.
        It comes with the NuGet package TorchSharp {LibtorchSearch.TorchSharpVersion} and is copied to the application's output; add a package reference to TorchSharp in the application's own project, or copy the file beside the application.
        {Visited(looked)}
        """;

    public static string Refused(string path, string reason, string? missing, LibtorchLocation location)
    {
        string remedy = missing is not null
            ? $"The library {missing} is missing. Install the package of the operating system that has it, or add its directory to the loader's search path (LD_LIBRARY_PATH on Linux) before the application starts."
            : reason.Contains("GLIBC_", StringComparison.Ordinal)
                ? "This system's C library is older than that libtorch needs. Use a newer system or container image, or a libtorch built for this one."
                : $"The file may be damaged, for another processor, or of another version than the libraries beside it. Reinstall it, or {NameIt}.";
        return $"""
            libtorch was found ({Describe(location.Origin)}: '{location.Directory}'), but the system's loader refused '{path}':
              {reason}
            {remedy}
            """;
    }

    public static string RemedyFailed(string path, string reason) =>
        $"""
        TorchSharp's native library '{path}' needs a newer C++ runtime than this system's libstdc++.so.6 (GLIBCXX_3.4.32, GCC 13), and a copy that does without it could not be made: {reason}
        Use a system with GCC 13's runtime or later (Debian 13, Ubuntu 24.04, RHEL 10), or put such a libstdc++.so.6 first on LD_LIBRARY_PATH.
        """;

    public static string NoSuchDevice(int index, int count) =>
        $"CUDA device {index} was asked for, and this process sees {count}, counted from 0. Ask for one of those, or make more visible (CUDA_VISIBLE_DEVICES).";

    public static string NoDriver(string reason) =>
        $"""
        CUDA was asked for, and this machine has no working NVIDIA driver: {reason}
        Install the NVIDIA driver (in a container, start it with the GPU made available to it), or ask for DeviceKind.Cpu.
        """;

    public static string NoDevice(string reason) =>
        $"""
        CUDA was asked for, and the NVIDIA driver is installed but reports no device: {reason}
        Check that the GPU is visible to this process (nvidia-smi, CUDA_VISIBLE_DEVICES, the container's device settings), or ask for DeviceKind.Cpu.
        """;

    public static string Contradiction(string asked, LibtorchInstallation loaded) =>
        $"""
        {asked}, but this process already runs on the libtorch of '{loaded.Directory}' ({Describe(loaded.Origin)}{(loaded.HasCuda ? ", CUDA build" : ", CPU build")}), and a process can hold only one.
        Call LibtorchRuntime.Load with these options first, before any use of TorchSharp or AttentionGen.
        """;

    public static string TooOld(string directory, string function) =>
        $"""
        The libtorch in '{directory}' does not export {function}, which belongs to its C interface since 2.10.
        Use libtorch or PyTorch {LibtorchSearch.LibtorchVersion} or later.
        """;

    public static string Describe(LibtorchOrigin origin) => origin switch
    {
        LibtorchOrigin.AlreadyLoaded => "loaded before by something else in this process",
        LibtorchOrigin.Named => "named by the user",
        LibtorchOrigin.Application => "in the application's folder",
        LibtorchOrigin.NuGet => "in NuGet's package folder",
        LibtorchOrigin.Python => "from a Python PyTorch",
        _ => "on the loader's search path",
    };

    private static string Visited(IReadOnlyList<string> directories) =>
        $"Looked into:{string.Concat(directories.Select(directory => $"{Environment.NewLine}  {directory}"))}";
}
