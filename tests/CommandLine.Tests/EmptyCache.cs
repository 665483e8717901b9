using System.Runtime.CompilerServices;

namespace AttentionGen.Tests;

/// <summary>A folder for rankings and probes in which there are none at first, and an environment that names no backend.</summary>
internal static class EmptyCache
{
    public static string Path { get; } = Directory.CreateTempSubdirectory("attn-tests-").FullName;

    // Before any test, since some run commands in this process.
    [ModuleInitializer]
    internal static void Use()
    {
        Environment.SetEnvironmentVariable("ATTENTION_CACHE_DIRECTORY", Path);
        Environment.SetEnvironmentVariable("ATTENTION_BACKEND", null);
        Environment.SetEnvironmentVariable("OMP_NUM_THREADS", "1");
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Directory.Delete(Path, recursive: true);
    }
}
