using System.Diagnostics;

namespace AttentionGen.Tests;

/// <summary>A temporary folder with a copy of a program's sources, in which the .NET command line builds and runs it.</summary>
/// <param name="assets">The folder under the tests' output that is copied; null: none.</param>
/// <param name="environment">Environment variables for everything that runs in it.</param>
public sealed class ProgramFolder(string? assets = null, IReadOnlyDictionary<string, string>? environment = null) : IDisposable
{
    private readonly DirectoryInfo _folder = Create(assets);

    /// <summary>The folder's path.</summary>
    public string FullPath => _folder.FullName;

    /// <summary>The path of a file or folder in it.</summary>
    public string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([FullPath, .. parts]);

    /// <summary>Runs a program that is to succeed; the lines that it prints.</summary>
    public async Task<string[]> RunAsync(string program, params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = await TryRunAsync(program, FullPath, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
        return output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Runs a program; its exit code, and what it prints: its errors too, unless it succeeds.</summary>
    public async Task<(int ExitCode, string Output)> TryRunAsync(string program, string workingDirectory, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A build server that outlives the test would keep the temporary folder's files open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment.Remove("ATTENTION_BACKEND");
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await error);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static DirectoryInfo Create(string? assets)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("attentiongen-");
        if (assets is null)
            return folder;

        string source = Path.Combine(AppContext.BaseDirectory, assets);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(folder.FullName, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return folder;
    }
}
