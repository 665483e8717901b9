namespace AttentionGen.Tests;

/// <summary>Programs that have AttentionGen by a package reference, as any user has.</summary>
public sealed class ConsumerTests(PackedPackages packages)
{
    [Fact]
    public async Task All_backends_are_found_under_the_just_in_time_compiler()
    {
        using ThreeAssemblyProgram program = new(packages.ConsumerEnvironment, packages.VersionProperty);

        Assert.Equal(ThreeAssemblyProgram.ExpectedLines, await program.BuildAndRunAsync());
    }

    [Fact]
    public async Task All_backends_are_found_in_a_native_executable()
    {
        using ThreeAssemblyProgram program = new(packages.ConsumerEnvironment, packages.VersionProperty);

        Assert.Equal(ThreeAssemblyProgram.ExpectedLines, await program.PublishAndRunAsync());
    }

    [Fact]
    public async Task The_generator_comes_with_Backends_and_finds_its_backends()
    {
        using ProgramFolder folder = new("consumers", packages.ConsumerEnvironment);

        await folder.RunAsync("dotnet", "build", "Transitive", "--output", folder.PathOf("bin"), packages.VersionProperty);
        string[] lines = await folder.RunAsync("dotnet", folder.PathOf("bin", "Transitive.dll"));

        Assert.Contains("OWN_ATTN Transitive.OwnAttention", lines);
        Assert.Contains("TORCH_SDPA AttentionGen.TorchSdpa.TorchSdpaBackend", lines);
    }

    [Fact]
    public async Task Wrong_backends_do_not_build()
    {
        using ProgramFolder folder = new("consumers", packages.ConsumerEnvironment);

        (int exitCode, string output) = await folder.TryRunAsync("dotnet", folder.FullPath, "build", "Wrong", packages.VersionProperty);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("error ATTN0001", output, StringComparison.Ordinal);
        Assert.Contains("error ATTN0006", output, StringComparison.Ordinal);
        Assert.DoesNotContain("error CS", output, StringComparison.Ordinal);
    }
}
