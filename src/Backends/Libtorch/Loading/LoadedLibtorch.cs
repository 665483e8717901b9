using System.Diagnostics;

namespace AttentionGen.Libtorch;

/// <summary>Finds a libtorch that this process holds already, whoever loaded it.</summary>
internal static class LoadedLibtorch
{
    public static LibtorchLocation? Find(LibtorchPlatform platform)
    {
        string file = platform.FileName("torch_cpu");
        string? path = null;
        bool hasCuda = false;
        try
        {
            using var process = Process.GetCurrentProcess();
            foreach (ProcessModule module in process.Modules)
            {
                using (module)
                {
                    string name = Path.GetFileName(module.FileName);
                    if (string.Equals(name, file, StringComparison.OrdinalIgnoreCase))
                        path = module.FileName;
                    hasCuda |= string.Equals(name, platform.FileName("torch_cuda"), StringComparison.OrdinalIgnoreCase);
                }
            }
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException or NotSupportedException)
        {
            return null;
        }

        return Path.GetDirectoryName(path) is { } directory
            ? new LibtorchLocation(directory, LibtorchOrigin.AlreadyLoaded, hasCuda || File.Exists(Path.Combine(directory, platform.FileName("torch_cuda"))))
            : null;
    }
}
