using System.Diagnostics;

namespace AttentionGen.Tests;

/// <summary>A copy of assets/ in a temporary folder, built and run by the .NET command line.</summary>
public sealed class ThreeAssemblyProgram : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("attentiongen-");

    public ThreeAssemblyProgram()
    {
        string assets = Path.Combine(AppContext.BaseDirectory, "assets");
        foreach (string file in Directory.EnumerateFiles(assets, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(_folder.FullName, Path.GetRelativePath(assets, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Builds for the just-in-time compiler and runs; the lines that the program prints.</summary>
    public async Task<string[]> BuildAndRunAsync()
    {
        string output = Path.Combine(_folder.FullName, "jit");
        await DotnetAsync("build", "App", "--output", output);
        return await RunAsync("dotnet", Path.Combine(output, "App.dll"));
    }

    /// <summary>Compiles ahead of time to a native executable and runs it; the lines that the program prints.</summary>
    public async Task<string[]> PublishAndRunAsync()
    {
        string output = Path.Combine(_folder.FullName, "aot");
        await DotnetAsync("publish", "App", "--use-current-runtime", "--output", output);
        Assert.False(File.Exists(Path.Combine(output, "App.dll")), "The program was published as an assembly and not as a native executable.");
        return await RunAsync(Path.Combine(output, OperatingSystem.IsWindows() ? "App.exe" : "App"));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<string[]> DotnetAsync(params IEnumerable<string> arguments) =>
        RunAsync("dotnet", [.. arguments, "--nologo", $"-p:AttentionGenBinaries={AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)}"]);

    private async Task<string[]> RunAsync(string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A build server that outlives the test would keep the temporary folder's files open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment.Remove("ATTENTION_BACKEND");

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}:\n{await output}{await error}");
        return (await output).Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }
}
