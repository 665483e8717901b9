using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace AttentionGen.Libtorch;

/// <summary>Loads libraries by absolute path, and a dependency that the system's loader does not find from a list of directories.</summary>
internal sealed partial class NativeLoader(IReadOnlyList<string> dependencyDirectories)
{
    private const int MaximumDependencies = 64;

    [GeneratedRegex(@"(?<name>[^\s/:]+\.so[.\d]*): cannot open shared object file")]
    private static partial Regex MissingDependency();

    /// <summary>The dependency that a loader's message says is missing, or null when it says something else.</summary>
    public static string? MissingDependencyIn(string message) =>
        MissingDependency().Match(message) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <exception cref="DllNotFoundException">The system's loader refused the library; the message holds its reason.</exception>
    public nint Load(string path)
    {
        HashSet<string> resolved = [];
        while (true)
        {
            try
            {
                return NativeLibrary.Load(path);
            }
            catch (DllNotFoundException error) when (
                resolved.Count < MaximumDependencies
                && MissingDependencyIn(error.Message) is { } missing
                && resolved.Add(missing)
                && Find(missing) is { } dependency)
            {
                // Loaded by its path, the dependency satisfies the library's need for its name.
                Load(dependency);
            }
        }
    }

    /// <summary>The reason in a loader's message, without the runtime's advice around it.</summary>
    public static string Reason(string message, string path)
    {
        string[] lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] telling = [.. lines.Where(line =>
            line.Contains(".so", StringComparison.Ordinal)
            && !line.StartsWith("Unable to load", StringComparison.Ordinal)
            && !line.Contains("LD_DEBUG", StringComparison.Ordinal))];
        string text = telling.Length > 0 ? string.Join("; ", telling.Distinct()) : string.Join(" ", lines);
        string own = path + ": ";
        return text.StartsWith(own, StringComparison.Ordinal) ? text[own.Length..] : text;
    }

    private string? Find(string file)
    {
        foreach (string directory in dependencyDirectories)
        {
            string path = Path.Combine(directory, file);
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
