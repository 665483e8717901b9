namespace AttentionGen.Libtorch;

/// <summary>Finds libtorch and TorchSharp's native library. Starts no process and loads nothing.</summary>
internal sealed class LibtorchSearch(LibtorchSearchEnvironment environment)
{
    // What TorchSharp 0.107.0 was built against; other versions in NuGet's folder are not looked at.
    internal const string TorchSharpVersion = "0.107.0";
    internal const string LibtorchVersion = "2.10.0";

    private readonly List<string> _visited = [];
    private readonly HashSet<string> _seen = [];

    private IFileTree Files => environment.Files;

    private LibtorchPlatform Platform => environment.Platform;

    /// <summary>The directories that were looked into, in order.</summary>
    public IReadOnlyList<string> Visited => _visited;

    /// <summary>Finds the libtorch to load.</summary>
    /// <exception cref="LibtorchLoadException">There is none, or none that serves <see cref="LibtorchOptions.Device"/>.</exception>
    public LibtorchLocation Find(LibtorchOptions options)
    {
        bool needsCuda = options.Device == DeviceKind.Cuda;
        string? named = NamedDirectory(options, environment.Variable);
        if (named is not null)
        {
            LibtorchLocation location = FindNamed(named) ?? throw new LibtorchLoadException(
                LibtorchLoadFailure.NotFound,
                LibtorchMessages.NamedDirectoryIsEmpty(named, options.Directory is null, Platform, _visited));
            return needsCuda && !location.HasCuda
                ? throw new LibtorchLoadException(LibtorchLoadFailure.CpuBuild, LibtorchMessages.CpuBuild([location], wasNamed: true))
                : location;
        }

        List<LibtorchLocation> cpuBuilds = [];
        foreach (LibtorchLocation location in Candidates())
        {
            if (!needsCuda || location.HasCuda)
                return location;
            cpuBuilds.Add(location);
        }

        throw cpuBuilds.Count > 0
            ? new LibtorchLoadException(LibtorchLoadFailure.CpuBuild, LibtorchMessages.CpuBuild(cpuBuilds, wasNamed: false))
            : new LibtorchLoadException(LibtorchLoadFailure.NotFound, LibtorchMessages.NotFound(Platform, _visited));
    }

    /// <summary>The directory that the options or the environment name, or null.</summary>
    public static string? NamedDirectory(LibtorchOptions options, Func<string, string?> variable) =>
        !string.IsNullOrWhiteSpace(options.Directory) ? options.Directory
        : variable(LibtorchOptions.DirectoryVariable) is { } value && !string.IsNullOrWhiteSpace(value) ? value
        : null;

    /// <summary>
    /// Finds TorchSharp's native library. The application's own comes before one beside libtorch: it is the one that
    /// belongs to the TorchSharp.dll in use, and the one that the runtime will look for by itself.
    /// </summary>
    /// <exception cref="LibtorchLoadException">There is none.</exception>
    public string FindTorchSharp(string libtorchDirectory)
    {
        string file = Platform.FileName("LibTorchSharp");
        string nuget = Path.Combine(NuGetFolder(), "torchsharp", TorchSharpVersion, "runtimes", Platform.RuntimeIdentifier, "native");
        string[] directories = [.. ApplicationDirectories(), libtorchDirectory, nuget];
        foreach (string directory in directories)
        {
            string path = Path.Combine(directory, file);
            if (Files.FileExists(path))
                return path;
        }

        throw new LibtorchLoadException(
            LibtorchLoadFailure.TorchSharpNotFound, LibtorchMessages.TorchSharpNotFound(file, libtorchDirectory, directories));
    }

    /// <summary>
    /// Folders that may hold libraries which a CUDA build of libtorch links against: those of a Python PyTorch beside it,
    /// then a CUDA toolkit.
    /// </summary>
    public IReadOnlyList<string> CudaLibraryDirectories(string libtorchDirectory)
    {
        List<string> directories = [libtorchDirectory];
        string? sitePackages = Path.GetDirectoryName(Path.GetDirectoryName(libtorchDirectory));
        if (sitePackages is not null)
        {
            string leaf = Platform.IsWindows ? "bin" : "lib";
            foreach (string package in Sorted(Path.Combine(sitePackages, "nvidia")))
                directories.Add(Path.Combine(package, leaf));
        }

        if (environment.Variable("CUDA_HOME") is { Length: > 0 } toolkit)
            directories.Add(Path.Combine(toolkit, "lib64"));
        directories.AddRange(environment.PathList(Platform.LoaderPathVariable));
        if (!Platform.IsWindows)
            directories.Add("/usr/local/cuda/lib64");
        return directories;
    }

    private LibtorchLocation? FindNamed(string directory)
    {
        string full = Path.GetFullPath(directory);
        string[] layouts =
        [
            full,
            Path.Combine(full, "lib"),
            Path.Combine(full, "torch", "lib"),
            Path.Combine(full, "runtimes", Platform.RuntimeIdentifier, "native"),
        ];
        foreach (string layout in layouts)
        {
            if (Look(layout, LibtorchOrigin.Named) is { } location)
                return location;
        }

        return null;
    }

    private IEnumerable<LibtorchLocation> Candidates()
    {
        foreach ((string directory, LibtorchOrigin origin) in Places())
        {
            if (Look(directory, origin) is { } location)
                yield return location;
        }
    }

    private IEnumerable<(string Directory, LibtorchOrigin Origin)> Places()
    {
        foreach (string directory in ApplicationDirectories())
            yield return (directory, LibtorchOrigin.Application);

        string identifier = Platform.RuntimeIdentifier;
        yield return (
            Path.Combine(NuGetFolder(), $"libtorch-cpu-{identifier}", LibtorchVersion, "runtimes", identifier, "native"),
            LibtorchOrigin.NuGet);

        foreach (string site in PythonSites())
            yield return (Path.Combine(site, "torch", "lib"), LibtorchOrigin.Python);

        foreach (string directory in environment.PathList(Platform.LoaderPathVariable))
            yield return (directory, LibtorchOrigin.LibraryPath);
    }

    private IEnumerable<string> ApplicationDirectories() =>
    [
        environment.ApplicationDirectory,
        Path.Combine(environment.ApplicationDirectory, "runtimes", Platform.RuntimeIdentifier, "native"),
        .. environment.ApplicationNativeDirectories,
    ];

    private string NuGetFolder() => environment.Variable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(environment.HomeDirectory, ".nuget", "packages");

    private IEnumerable<string> PythonSites()
    {
        // An activated environment first, then whatever Python the shell would start, then the usual places.
        List<string> prefixes = [];
        foreach (string variable in (string[])["VIRTUAL_ENV", "CONDA_PREFIX"])
        {
            if (environment.Variable(variable) is { Length: > 0 } prefix)
                prefixes.Add(prefix);
        }

        foreach (string entry in environment.PathList("PATH"))
        {
            if (Platform.IsWindows && Files.FileExists(Path.Combine(entry, "python.exe")))
                prefixes.Add(entry);
            else if (Files.FileExists(Path.Combine(entry, "python3")) && Path.GetDirectoryName(entry.TrimEnd('/')) is { } prefix)
                prefixes.Add(prefix);
        }

        if (!Platform.IsWindows)
        {
            prefixes.Add(Path.Combine(environment.HomeDirectory, ".local"));
            prefixes.AddRange(Sorted(Path.Combine(environment.HomeDirectory, ".pyenv", "versions")));
            prefixes.AddRange(["/usr/local", "/usr", "/opt/conda", "/opt/venv"]);
        }

        foreach (string prefix in prefixes.Distinct())
        {
            if (Platform.IsWindows)
            {
                yield return Path.Combine(prefix, "Lib", "site-packages");
                continue;
            }

            foreach (string folder in Sorted(Path.Combine(prefix, "lib")))
            {
                if (!Path.GetFileName(folder).StartsWith("python3", StringComparison.Ordinal))
                    continue;
                yield return Path.Combine(folder, "site-packages");
                yield return Path.Combine(folder, "dist-packages");
            }
        }
    }

    // Newest first: python3.12 before python3.9, which is what a natural-order comparison from the back gives.
    private IEnumerable<string> Sorted(string directory) =>
        Files.Subdirectories(directory).OrderByDescending(path => Path.GetFileName(path), VersionedNameComparer.Instance);

    private LibtorchLocation? Look(string directory, LibtorchOrigin origin)
    {
        string trimmed = Path.TrimEndingDirectorySeparator(directory);
        if (!_seen.Add(trimmed))
            return null;
        _visited.Add(trimmed);
        return Files.FileExists(Path.Combine(trimmed, Platform.FileName("torch_cpu")))
            ? new LibtorchLocation(trimmed, origin, Files.FileExists(Path.Combine(trimmed, Platform.FileName("torch_cuda"))))
            : null;
    }
}
