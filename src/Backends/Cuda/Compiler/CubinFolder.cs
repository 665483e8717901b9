namespace AttentionGen.Cuda;

/// <summary>The folder in which compiled kernels are kept between runs.</summary>
internal static class CubinFolder
{
    /// <summary>The environment variable that names the folder of all of AttentionGen's caches.</summary>
    public const string Variable = "ATTENTION_CACHE_DIRECTORY";

    /// <summary>
    /// <c>cubins</c> in the folder that <see cref="Variable"/> names, else in <c>attentiongen</c> in XDG_CACHE_HOME, in
    /// <c>~/.cache</c>, or on Windows in the local application data. Null where the user has none of these.
    /// </summary>
    public static string? ForUser() => ForUser(Environment.GetEnvironmentVariable, Environment.GetFolderPath);

    internal static string? ForUser(Func<string, string?> variable, Func<Environment.SpecialFolder, string> folder)
    {
        if (variable(Variable) is { Length: > 0 } named)
            return Path.Combine(Path.GetFullPath(named), "cubins");

        // The specification of XDG's base directories has relative paths ignored.
        string parent = OperatingSystem.IsWindows() ? folder(Environment.SpecialFolder.LocalApplicationData)
            : variable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache) ? cache
            : folder(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".cache")
            : "";
        return parent.Length > 0 ? Path.Combine(parent, "attentiongen", "cubins") : null;
    }
}
