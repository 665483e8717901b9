using System.Globalization;
using System.Reflection;

[assembly: AssemblyFixture(typeof(AttentionGen.Tests.PackedPackages))]

namespace AttentionGen.Tests;

/// <summary>
/// The packages, packed once into a temporary feed under a version of their own, and installed into a temporary package
/// folder. All other packages are taken from the folder of the machine, where building the tests has put them.
/// </summary>
public sealed class PackedPackages : IAsyncLifetime
{
    private readonly ProgramFolder _folder = new();
    private readonly string _artifacts;

    public PackedPackages() => _artifacts = Path.Combine(RepositoryRoot, "artifacts", "packed", Version);

    /// <summary>The root of the repository.</summary>
    public static string RepositoryRoot { get; } = Metadata("RepositoryRoot");

    /// <summary>The packages' version. No earlier run has used it, so no cache holds it.</summary>
    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow:yyyyMMddHHmmss}.{Environment.ProcessId}");

    /// <summary>MSBuild's argument that gives consumers the version.</summary>
    public string VersionProperty => $"-p:AttentionGenVersion={Version}";

    /// <summary>Environment variables under which NuGet finds the packages.</summary>
    public IReadOnlyDictionary<string, string> ConsumerEnvironment => new Dictionary<string, string>
    {
        ["NUGET_PACKAGES"] = _folder.PathOf("packages"),
        ["NUGET_FALLBACK_PACKAGES"] = Metadata("NuGetPackageRoot"),
    };

    /// <summary>The folder of the packed files.</summary>
    public string Feed => _folder.PathOf("feed");

    /// <summary>The path of a packed file.</summary>
    /// <param name="id">The package's name.</param>
    /// <param name="extension">nupkg or snupkg.</param>
    public string PathOf(string id, string extension = "nupkg") => _folder.PathOf("feed", $"{id}.{Version}.{extension}");

    public async ValueTask InitializeAsync()
    {
        List<string> arguments =
        [
            "pack", Path.Combine(RepositoryRoot, "Packages.slnf"), "--configuration", "Release", "--nologo",
            $"-p:Version={Version}", $"-p:PackageOutputPath={_folder.PathOf("feed")}", $"-p:ArtifactsPath={_artifacts}",
        ];
        // Paths can only be mapped to those of a repository where there is one.
        if (Path.Exists(Path.Combine(RepositoryRoot, ".git")))
            arguments.Add("-p:ContinuousIntegrationBuild=true");
        await _folder.RunAsync("dotnet", arguments);

        // A package that is installed already is not looked for in the machine's sources.
        await File.WriteAllTextAsync(_folder.PathOf("install.proj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <ItemGroup>
                <PackageDownload Include="AttentionGen;AttentionGen.Backends;AttentionGen.Conformance;AttentionGen.Hosting;AttentionGen.CommandLine" Version="[{Version}]" />
              </ItemGroup>
            </Project>
            """);
        using ProgramFolder install = new(environment: ConsumerEnvironment);
        await install.RunAsync("dotnet", "restore", _folder.PathOf("install.proj"), "--source", _folder.PathOf("feed"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        if (Directory.Exists(_artifacts))
            Directory.Delete(_artifacts, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string Metadata(string key) =>
        typeof(PackedPackages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
