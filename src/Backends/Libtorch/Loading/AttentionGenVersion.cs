using System.Reflection;

namespace AttentionGen.Libtorch;

/// <summary>The version of the assembly that holds the backends.</summary>
internal static class AttentionGenVersion
{
    /// <summary>The version, with the commit that it was built from where the build knew it.</summary>
    public static string Current { get; } =
        typeof(AttentionGenVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? typeof(AttentionGenVersion).Assembly.GetName().Version?.ToString()
        ?? "unknown";
}
