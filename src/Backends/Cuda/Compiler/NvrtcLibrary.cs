using System.Runtime.InteropServices;
using AttentionGen.Libtorch;

namespace AttentionGen.Cuda;

/// <summary>
/// Finds NVRTC: beside the libtorch in use, whose CUDA build comes with one, in the folders that a Python PyTorch keeps its
/// CUDA libraries in, in a CUDA toolkit, and where the system's loader looks.
/// </summary>
internal static class NvrtcLibrary
{
    private static readonly Lock s_gate = new();
    private static Nvrtc? s_instance;

    /// <summary>The NVRTC that kernels are compiled with.</summary>
    /// <exception cref="CudaUnavailableException">There is none, or it is too old.</exception>
    public static Nvrtc Instance
    {
        get
        {
            lock (s_gate)
                return s_instance ??= Load(new LibtorchSearch(LibtorchSearchEnvironment.Current).CudaLibraryDirectories(LibtorchRuntime.Load().Directory));
        }
    }

    /// <summary>Loads the first NVRTC of some folders, or the loader's.</summary>
    public static Nvrtc Load(IEnumerable<string> directories)
    {
        List<string> visited = [];
        foreach (string directory in directories.Distinct())
        {
            visited.Add(directory);
            if (TryLoad(directory) is { } found)
                return found;
        }

        foreach (string name in LoaderNames())
        {
            if (NativeLibrary.TryLoad(name, out nint library))
                return new Nvrtc(library, name);
        }

        throw new CudaUnavailableException(
            $"NVRTC, which compiles the kernels, was not found: no {LoaderNames()[0]} or older is in {string.Join(", ", visited)}, and the system's loader knows none. It comes with libtorch's builds for CUDA; with Python's, as the package nvidia-cuda-nvrtc.");
    }

    /// <summary>The NVRTC of a folder, or null where there is none.</summary>
    public static Nvrtc? TryLoad(string directory)
    {
        foreach (string file in Files(directory, OperatingSystem.IsWindows() ? "nvrtc64_*.dll" : "libnvrtc*.so*"))
        {
            // It looks for its built-in functions by name, which the loader only finds where the folder is on its path.
            foreach (string builtins in Files(directory, OperatingSystem.IsWindows() ? "nvrtc-builtins*.dll" : "libnvrtc-builtins*.so*"))
                _ = NativeLibrary.TryLoad(builtins, out _);
            if (NativeLibrary.TryLoad(file, out nint library))
                return new Nvrtc(library, file);
        }

        return null;
    }

    private static string[] LoaderNames() =>
        OperatingSystem.IsWindows() ? ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll"] : ["libnvrtc.so.13", "libnvrtc.so.12"];

    // Newest first. NVIDIA ships a second build, "alt", for another C++ runtime.
    private static IEnumerable<string> Files(string directory, string pattern)
    {
        bool wantsBuiltins = pattern.Contains("builtins", StringComparison.Ordinal);
        try
        {
            return Directory.Exists(directory)
                ? Directory.GetFiles(directory, pattern)
                    .Where(path => Path.GetFileName(path) is var name
                        && name.Contains("builtins", StringComparison.Ordinal) == wantsBuiltins
                        && !name.Contains("alt", StringComparison.Ordinal))
                    .OrderByDescending(static path => Path.GetFileName(path), VersionedNameComparer.Instance)
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
