namespace AttentionGen.Libtorch;

/// <summary>Everything that the search reads: files, environment variables, folders and the system's conventions.</summary>
internal sealed record LibtorchSearchEnvironment(
    IFileTree Files,
    Func<string, string?> Variable,
    LibtorchPlatform Platform,
    string ApplicationDirectory,
    string HomeDirectory,
    IReadOnlyList<string> ApplicationNativeDirectories)
{
    public static LibtorchSearchEnvironment Current => new(
        new PhysicalFileTree(),
        Environment.GetEnvironmentVariable,
        LibtorchPlatform.Current,
        AppContext.BaseDirectory,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        HostNativeDirectories());

    /// <summary>The value of a variable that holds a list of paths, empty entries left out.</summary>
    public string[] PathList(string variable) =>
        (Variable(variable) ?? "").Split(Platform.PathListSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    // Where the .NET host told the runtime to look: the package folders, for an application started from its build output.
    private static string[] HostNativeDirectories() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
