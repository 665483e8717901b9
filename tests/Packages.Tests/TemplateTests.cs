namespace AttentionGen.Tests;

/// <summary>What <c>dotnet new attention-backend</c> makes, on the packages.</summary>
public sealed class TemplateTests(PackedPackages packages) : IDisposable
{
    private readonly ProgramFolder _folder = new(environment: packages.ConsumerEnvironment);

    [Fact]
    public async Task A_new_backend_passes_its_own_tests()
    {
        // Neither is a name of C#: what is named after the project has to become one.
        await NewAsync("--name", "my-own.attention", "--backend", "FAST_ATTN");
        string project = _folder.PathOf("my-own.attention");

        await _folder.RunAsync("dotnet", "build", Path.Combine(project, "my-own.attention.slnx"), "-warnaserror");
        (int exitCode, string output) = await _folder.TryRunAsync(
            "dotnet", project, "run", "--no-build", "--project", "my-own.attention.Tests", "--", "-noColor");

        Assert.True(exitCode == 0, output);
        Assert.Matches("Total: [1-9][0-9]*, Errors: 0, Failed: 0, Skipped: 0", output);
        Assert.Contains("[AttentionBackend(\"FAST_ATTN\")]", Read("my-own.attention", "my-own.attention", "MyownattentionBackend.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_name_is_made_from_the_project_s()
    {
        await NewAsync("--name", "TiledAttention");

        string source = Read("TiledAttention", "TiledAttention", "TiledAttentionBackend.cs");
        Assert.Contains("[AttentionBackend(\"TILED_ATTENTION\")]", source, StringComparison.Ordinal);
        Assert.Contains("namespace TiledAttention;", source, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Installs the template for this test alone, and makes a project with it.</summary>
    private async Task NewAsync(params string[] arguments)
    {
        string[] hive = ["--debug:custom-hive", _folder.PathOf("hive")];
        await _folder.RunAsync("dotnet", ["new", "install", packages.PathOf("AttentionGen.Templates"), .. hive]);
        await _folder.RunAsync("dotnet", ["new", "attention-backend", .. arguments, .. hive]);
    }

    private string Read(params ReadOnlySpan<string> parts) => File.ReadAllText(_folder.PathOf(parts));
}
