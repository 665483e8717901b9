namespace AttentionGen.Tests;

/// <summary>What <c>dotnet new attention-backend</c> makes, on the packages.</summary>
public sealed class TemplateTests(PackedPackages packages)
{
    [Fact]
    public async Task A_new_backend_passes_its_own_tests()
    {
        using ProgramFolder folder = new(environment: packages.ConsumerEnvironment);
        string hive = $"--debug:custom-hive={folder.PathOf("hive")}";
        await folder.RunAsync("dotnet", "new", "install", packages.PathOf("AttentionGen.Templates"), hive);
        // Neither is a name of C#: what is named after the project has to become one.
        await folder.RunAsync("dotnet", "new", "attention-backend", "--name", "my-own.attention", "--backend", "FAST_ATTN", hive);
        string project = folder.PathOf("my-own.attention");

        await folder.RunAsync("dotnet", "build", Path.Combine(project, "my-own.attention.slnx"), "-warnaserror");
        (int exitCode, string output) = await folder.TryRunAsync(
            "dotnet", project, "run", "--no-build", "--project", "my-own.attention.Tests");

        Assert.True(exitCode == 0, output);
        Assert.Contains("Failed: 0", output, StringComparison.Ordinal);
        Assert.Contains("[AttentionBackend(\"FAST_ATTN\")]", File.ReadAllText(Path.Combine(project, "my-own.attention", "MyownattentionBackend.cs")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_name_is_made_from_the_project_s()
    {
        using ProgramFolder folder = new(environment: packages.ConsumerEnvironment);
        string hive = $"--debug:custom-hive={folder.PathOf("hive")}";
        await folder.RunAsync("dotnet", "new", "install", packages.PathOf("AttentionGen.Templates"), hive);
        await folder.RunAsync("dotnet", "new", "attention-backend", "--name", "TiledAttention", hive);

        string source = File.ReadAllText(folder.PathOf("TiledAttention", "TiledAttention", "TiledAttentionBackend.cs"));

        Assert.Contains("[AttentionBackend(\"TILED_ATTENTION\")]", source, StringComparison.Ordinal);
        Assert.Contains("namespace TiledAttention;", source, StringComparison.Ordinal);
    }
}
