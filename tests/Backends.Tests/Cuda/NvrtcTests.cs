using AttentionGen.Cuda;
using Xunit;

namespace AttentionGen.Tests.Cuda;

public sealed class NvrtcTests
{
    [Theory]
    [InlineData(80)]
    [InlineData(90)]
    public void A_kernel_is_compiled_for_an_architecture(int computeCapability)
    {
        CompiledKernel compiled = TestNvrtc.Required.Compile(TestKernels.Specification(), new CudaArchitecture(computeCapability), reportsResources: true);

        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], compiled.Cubin[..4]);
        Assert.Contains(ResourceReport.Parse(compiled.Log), static kernel => kernel is { Name: "reverse", Registers: > 0, SpillBytes: 0 });
    }

    [Fact]
    public void What_does_not_compile_is_an_exception_with_the_log()
    {
        Nvrtc nvrtc = TestNvrtc.Required;
        var error = Assert.Throws<KernelCompilationException>(() =>
            nvrtc.Compile(TestKernels.Of("extern \"C\" __global__ void broken() { undeclared = 1; }"), new CudaArchitecture(90)));

        Assert.Contains("undeclared", error.Log, StringComparison.Ordinal);
        Assert.Contains("Given.cu(1)", error.Log, StringComparison.Ordinal);
        Assert.Contains("sm_90a", error.Message, StringComparison.Ordinal);
        Assert.Contains(error.Log, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_architecture_that_the_compiler_does_not_know_is_refused_with_those_that_it_knows()
    {
        Nvrtc nvrtc = TestNvrtc.Required;
        var error = Assert.Throws<CudaUnavailableException>(() => nvrtc.Compile(TestKernels.Specification(), new CudaArchitecture(990)));

        Assert.Contains("sm_990a", error.Message, StringComparison.Ordinal);
        Assert.Contains("sm_90", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_compiler_has_none() => Assert.Null(NvrtcLibrary.TryLoad(Path.Combine(AppContext.BaseDirectory, "no such folder")));

    [Fact]
    public void A_device_older_than_Ampere_is_refused_with_a_remedy()
    {
        var error = Assert.Throws<CudaUnavailableException>(static () => CudaArchitecture.Of(75));

        Assert.Contains("7.5", error.Message, StringComparison.Ordinal);
        Assert.Contains("TORCH_SDPA", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80, "sm_80")]
    [InlineData(89, "sm_89")]
    [InlineData(90, "sm_90a")]
    [InlineData(120, "sm_120a")]
    public void Architectures_have_the_compilers_names(int computeCapability, string name) =>
        Assert.Equal(name, CudaArchitecture.Of(computeCapability).Name);
}
