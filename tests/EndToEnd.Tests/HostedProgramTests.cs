using System.Reflection;

namespace AttentionGen.Tests;

/// <summary>A program with a host, configured by its appsettings.json, as a native executable.</summary>
public sealed class HostedProgramTests
{
    private static readonly string s_repository = typeof(HostedProgramTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(static entry => entry.Key == "RepositoryRoot").Value!;

    [Fact]
    public async Task Configuration_chooses_backends_in_a_native_executable()
    {
        NativeToolchain.SkipUnlessInstalled();
        using ProgramFolder folder = new("hosting");
        string output = folder.PathOf("aot");
        string[] published = await folder.RunAsync("dotnet", "publish", "Hosted.csproj", "--use-current-runtime", "--output", output, "--nologo",
            "--artifacts-path", folder.PathOf("artifacts"), $"-p:Repository={s_repository}");

        // TorchSharp's loader asks for Assembly.Location; whatever else is warned of is ours.
        Assert.DoesNotContain(published, static line => line.Contains("warning", StringComparison.Ordinal) && !line.Contains("TorchSharp", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(output, "Hosted.dll")), "The program was published as an assembly and not as a native executable.");

        string program = Path.Combine(output, OperatingSystem.IsWindows() ? "Hosted.exe" : "Hosted");
        string[] lines = await folder.RunAsync(program);
        Assert.Equal(
            [
                "configured: XFORMERS Configuration",
                "by layer: HOSTED_ATTN Configuration",
                "by kind: FLASH_ATTN Automatic",
                "by request: FLEX_ATTENTION Request",
                "refused TORCH_SDPA cannot serve the request: asked for TORCH_SDPA, accepts the backends that are not disabled; enable it or use another backend. Backends that support the request: FLASH_ATTN, FLEX_ATTENTION, XFORMERS, TREE_ATTN, HOSTED_ATTN.",
            ],
            lines.Where(static line => !line.StartsWith("info:", StringComparison.Ordinal) && !line.StartsWith("fail:", StringComparison.Ordinal) && !line.StartsWith("health ", StringComparison.Ordinal)));
        Assert.Contains(lines, static line => line.Contains("XFORMERS for FullAttention, Float32, 8 query and 2 KV heads of 64, Decode on cpu: named by the configuration", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.StartsWith("health ", StringComparison.Ordinal));

        (int exitCode, string failed) = await folder.TryRunAsync(program, folder.FullPath, "--Attention:Rules", "vlm", "--Attention:Disabled:1", "FLASH_ATN");
        Assert.Equal(1, exitCode);
        Assert.Contains("failure Attention:Rules is 'vlm'. Accepted: default, vllm.", failed, StringComparison.Ordinal);
        Assert.Contains("failure Attention:Disabled:1 is 'FLASH_ATN', which is not the name of an attention backend. Did you mean 'FLASH_ATTN'?", failed, StringComparison.Ordinal);
    }
}
