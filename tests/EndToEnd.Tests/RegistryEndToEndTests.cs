namespace AttentionGen.Tests;

/// <summary>
/// The program of three assemblies, on the library and the generator as they are built here. Generated code is compiled
/// with all analyzers on and warnings as errors.
/// </summary>
public sealed class RegistryEndToEndTests
{
    // The folder that holds the built library and generator.
    private static readonly string s_binaries = $"-p:AttentionGenBinaries={AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)}";

    [Fact]
    public async Task All_backends_are_found_under_the_just_in_time_compiler()
    {
        using ThreeAssemblyProgram program = new(environment: null, s_binaries);

        Assert.Equal(ThreeAssemblyProgram.ExpectedLines, await program.BuildAndRunAsync());
    }

    [Fact]
    public async Task All_backends_are_found_in_a_native_executable()
    {
        using ThreeAssemblyProgram program = new(environment: null, s_binaries);

        Assert.Equal(ThreeAssemblyProgram.ExpectedLines, await program.PublishAndRunAsync());
    }
}
