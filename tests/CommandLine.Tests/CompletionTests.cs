using System.Diagnostics;

namespace AttentionGen.Tests;

/// <summary>What shells are told.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("attn ", "list explain verify bench tune completion --help")]
    [InlineData("attn ex", "explain")]
    [InlineData("attn explain --backend ", "FLASHINFER FLASH_ATTN FLEX_ATTENTION TORCH_SDPA TREE_ATTN TRITON_ATTN XFORMERS")]
    [InlineData("attn verify --backend T", "TORCH_SDPA TREE_ATTN TRITON_ATTN")]
    [InlineData("attn explain --device cuda:9", "cuda:9.0")]
    [InlineData("attn explain --dtype ", "fp32 fp16 bf16")]
    [InlineData("attn explain --kv-cache ", "auto fp8 fp8_e5m2")]
    [InlineData("attn explain --form ", "multi-head mla sparse-mla")]
    [InlineData("attn explain --rules ", "default vllm")]
    [InlineData("attn explain --phase ", "prefill decode")]
    [InlineData("attn explain --head", "--head-size --heads")]
    [InlineData("attn completion ", "bash zsh fish pwsh")]
    public void Candidates(string line, string expected)
    {
        string[] candidates = ProgramProcess.Run([$"[suggest:{line.Length}]", line]).AssertSucceeded().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(expected.Split(' '), candidate => Assert.Contains(candidate, candidates));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void A_script_for(string shell)
    {
        string script = ProgramProcess.Run(["completion", shell]).AssertSucceeded();
        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
        Assert.Contains("attn completion", script, StringComparison.Ordinal);
        Assert.DoesNotContain("_NAME", script, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attn explain --backend F", "FLASHINFER FLASH_ATTN FLEX_ATTENTION")]
    [InlineData("attn explain --device cuda:9", "9.0")]
    public void Bash_completes(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash.");
        string script = $$"""
            source <(attn completion bash)
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}}
            _attn_complete
            echo "${COMPREPLY[@]}"
            """;
        ProcessStartInfo start = new("/bin/bash", ["--norc", "-c", script]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{Path.GetDirectoryName(ProgramProcess.Path)}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process bash = Process.Start(start)!;
        Assert.Equal(expected, bash.StandardOutput.ReadToEnd().Trim());
    }

    [Fact]
    public void Another_shell_is_refused() => InProcess.Run("completion", "tcsh").AssertRefused("'tcsh' is not a shell", "bash, zsh, fish, pwsh");

    [Fact]
    public void Backends_of_one_s_own_are_completed()
    {
        StubRegistry registry = new(new BackendDescriptor { Name = "ACME_ATTN", TypeName = "Acme", AssemblyName = "Acme" });
        Assert.Contains("ACME_ATTN\n", InProcess.Run(registry, "[suggest:19]", "x verify --backend ").AssertSucceeded(), StringComparison.Ordinal);
    }
}
