using System.Reflection;

namespace AttentionGen.Tests;

/// <summary>The text-generation sample, built with a library of backends that nothing in it touches.</summary>
public sealed class SamplePlugInTests
{
    private static readonly string s_repository = typeof(SamplePlugInTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static entry => entry.Key == "RepositoryRoot").Value!;

    [Fact]
    public async Task The_sample_runs_on_a_backend_that_is_only_referenced()
    {
        using ProgramFolder folder = new("plug-in");
        await folder.RunAsync("dotnet", "build", Path.Combine(s_repository, "samples", "TextGeneration"), "--nologo",
            "--artifacts-path", folder.PathOf("artifacts"), $"-p:PlugIn={folder.PathOf("PlugIn.csproj")}", $"-p:Repository={s_repository}");
        string sample = folder.PathOf("artifacts", "bin", "TextGeneration", "debug", OperatingSystem.IsWindows() ? "TextGeneration.exe" : "TextGeneration");

        Assert.Equal(
            ["579", "1 3 7 9", "noitnetta"],
            await folder.RunAsync(sample, "add 123 456", "sort 7 3 9 1", "reverse attention", "--backend", "acme_attn"));
        Assert.Contains(
            "\"backend_class\": \"Acme.Attention.OwnAttentionBackend\"",
            string.Concat(await folder.RunAsync(sample, "add 123 456", "--backend", "ACME_ATTN", "--json")), StringComparison.Ordinal);

        (int exitCode, string refused) = await folder.TryRunAsync(sample, folder.FullPath, "add 1 2", "--backend", "CUDA_ONLY_ATTN");
        Assert.Equal(2, exitCode);
        Assert.Contains("CUDA_ONLY_ATTN cannot serve the request: asked for device cpu, accepts cuda", refused, StringComparison.Ordinal);
        Assert.Matches("Backends that support the request: TORCH_SDPA, [A-Z_, ]*ACME_ATTN", refused);

        (exitCode, refused) = await folder.TryRunAsync(sample, folder.FullPath, "add 1 2", "--backend", "ACME_ATTN", "--dtype", "bfloat16");
        Assert.Equal(2, exitCode);
        Assert.Contains("ACME_ATTN cannot serve the request: asked for element type BFloat16, accepts Float32", refused, StringComparison.Ordinal);
    }
}
