using System.Reflection;

namespace AttentionGen.Tests;

/// <summary><c>attn</c>, published as a native executable with a library of backends that nothing in it touches.</summary>
public sealed class ToolPlugInTests
{
    private static readonly string s_repository = typeof(ToolPlugInTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static entry => entry.Key == "RepositoryRoot").Value!;

    [Fact]
    public async Task A_native_tool_lists_explains_and_verifies_backends_that_are_only_referenced()
    {
        NativeToolchain.SkipUnlessInstalled();
        using ProgramFolder folder = new("plug-in");
        string[] build = await folder.RunAsync("dotnet", "publish", Path.Combine(s_repository, "src", "Tool"), "-c", "Release", "--nologo",
            "--artifacts-path", folder.PathOf("artifacts"), "-o", folder.PathOf("native"), "-p:CarryLibtorch=false",
            $"-p:PlugIn={folder.PathOf("PlugIn.csproj")}", $"-p:Repository={s_repository}");
        Assert.DoesNotContain(build, static line => line.Contains(": warning ", StringComparison.Ordinal));
        string attn = folder.PathOf("native", OperatingSystem.IsWindows() ? "attn.exe" : "attn");

        Assert.Contains(
            await folder.RunAsync(attn, "list"),
            static line => line.StartsWith("  ACME_ATTN ", StringComparison.Ordinal) && line.Contains("OwnAttentionBackend", StringComparison.Ordinal));
        Assert.Contains("ACME_ATTN: named by the request", await folder.RunAsync(attn, "explain", "--dtype", "fp32", "--backend", "acme_attn"));

        (int exitCode, string refused) = await folder.TryRunAsync(attn, folder.FullPath, "explain", "--backend", "CUDA_ONLY_ATTN");
        Assert.Equal(1, exitCode);
        Assert.Contains("error: CUDA_ONLY_ATTN cannot serve the request: asked for device cpu, accepts cuda", refused, StringComparison.Ordinal);

        Assert.Contains(
            await folder.RunAsync(attn, "verify", "--backend", "ACME_ATTN", "--filter", "batches/small_decode"),
            static line => line.StartsWith("  batches   ", StringComparison.Ordinal) && line.EndsWith(" 0 0", StringComparison.Ordinal));
        await folder.RunAsync(attn, "bench", "--dtype", "fp32", "--shape", "decode:1x32", "--heads", "2", "--head-size", "64",
            "--runs", "3", "--seconds", "0", "--plot", folder.PathOf("times.png"));
        Assert.NotEqual(0, new FileInfo(folder.PathOf("times.png")).Length);
    }
}
