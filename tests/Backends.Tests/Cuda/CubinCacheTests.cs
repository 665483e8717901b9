using System.Diagnostics;
using AttentionGen.Cuda;
using Xunit;

namespace AttentionGen.Tests.Cuda;

public sealed class CubinCacheTests : IDisposable
{
    private static readonly CudaArchitecture s_hopper = new(90);

    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("attentiongen-tests-").FullName, "cubins");

    public void Dispose()
    {
        if (Directory.Exists(Path.GetDirectoryName(_folder)))
            Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);
    }

    [Fact]
    public void A_kernel_is_compiled_once_and_then_read_from_the_folder()
    {
        Nvrtc nvrtc = TestNvrtc.Required;
        CubinCache first = new(_folder, () => nvrtc), second = new(_folder, () => nvrtc);
        byte[] compiled = first.GetOrCompile(TestKernels.Specification(), s_hopper);

        Assert.Same(compiled, first.GetOrCompile(TestKernels.Specification(), s_hopper));
        Assert.Equal(compiled, second.GetOrCompile(TestKernels.Specification(), s_hopper));
        Assert.Equal((1, 0), (first.Compilations, second.Compilations));
        Assert.Single(Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(-1)]
    public void A_damaged_file_is_compiled_again_and_replaced(int damage)
    {
        Nvrtc nvrtc = TestNvrtc.Required;
        byte[] compiled = new CubinCache(_folder, () => nvrtc).GetOrCompile(TestKernels.Specification(), s_hopper);
        string file = Assert.Single(Directory.GetFiles(_folder));
        byte[] content = File.ReadAllBytes(file);
        if (damage < 0)
            content[^1] ^= 1;
        else
            content = content[..damage];
        File.WriteAllBytes(file, content);

        CubinCache again = new(_folder, () => nvrtc), after = new(_folder, () => nvrtc);
        Assert.Equal(compiled, again.GetOrCompile(TestKernels.Specification(), s_hopper));
        Assert.Equal(compiled, after.GetOrCompile(TestKernels.Specification(), s_hopper));
        Assert.Equal((1, 0), (again.Compilations, after.Compilations));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_costs_a_compilation_and_nothing_else()
    {
        Nvrtc nvrtc = TestNvrtc.Required;
        Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
        File.WriteAllText(_folder, "a file where the folder should be");

        Assert.NotEmpty(new CubinCache(_folder, () => nvrtc).GetOrCompile(TestKernels.Specification(), s_hopper));
    }

    [Fact]
    public void A_failure_is_not_remembered()
    {
        Nvrtc nvrtc = TestNvrtc.Required;
        bool isThere = false;
        CubinCache cache = new(null, () => isThere ? nvrtc : throw new CudaUnavailableException("not yet"));

        Assert.Throws<CudaUnavailableException>(() => cache.GetOrCompile(TestKernels.Specification(), s_hopper));
        isThere = true;
        Assert.NotEmpty(cache.GetOrCompile(TestKernels.Specification(), s_hopper));
    }

    [Fact]
    public void Whatever_the_code_depends_on_changes_the_name()
    {
        Version compiler = new(12, 4);
        string[] names =
        [
            CubinCache.NameOf(TestKernels.Specification(), s_hopper, compiler),
            CubinCache.NameOf(TestKernels.Specification(), new CudaArchitecture(80), compiler),
            CubinCache.NameOf(TestKernels.Specification(), s_hopper, new Version(13, 0)),
            CubinCache.NameOf(TestKernels.Specification(("ADDEND", "1")), s_hopper, compiler),
            CubinCache.NameOf(TestKernels.Specification(("ADDEND", "2")), s_hopper, compiler),
            CubinCache.NameOf(TestKernels.Fresh("other text"), s_hopper, compiler),
            CubinCache.NameOf(new KernelSpecification(TestKernels.Specification().Code with { Headers = [("Header.cuh", "")] }), s_hopper, compiler),
        ];

        Assert.Equal(names.Length, names.Distinct().Count());
    }

    [Fact]
    public async Task Processes_that_compile_the_same_kernels_at_once_all_get_them()
    {
        _ = TestNvrtc.Required;
        Process[] processes = [.. Enumerable.Range(0, 3).Select(_ => ChildProcess.Start(
            typeof(CubinCacheTests), nameof(A_child_process_compiles_into_a_folder_that_others_use), _folder))];
        foreach (Process process in processes)
        {
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, output);
            process.Dispose();
        }

        Assert.Equal(4, Directory.GetFiles(_folder).Length);
        Assert.All(Directory.GetFiles(_folder), static file => Assert.EndsWith(".cubin", file, StringComparison.Ordinal));
        Nvrtc nvrtc = TestNvrtc.Required;
        CubinCache after = new(_folder, () => nvrtc);
        for (int i = 0; i < 4; i++)
            after.GetOrCompile(TestKernels.Specification(("ADDEND", $"{i}")), s_hopper);
        Assert.Equal(0, after.Compilations);
    }

    [Fact]
    public void A_child_process_compiles_into_a_folder_that_others_use()
    {
        string folder = ChildProcess.Argument;
        Nvrtc nvrtc = TestNvrtc.Required;
        for (int round = 0; round < 5; round++)
        {
            CubinCache cache = new(folder, () => nvrtc);
            for (int i = 0; i < 4; i++)
            {
                Assert.NotEmpty(cache.GetOrCompile(TestKernels.Specification(("ADDEND", $"{i}")), s_hopper));
                if (round < 4)
                    File.Delete(cache.PathOf(TestKernels.Specification(("ADDEND", $"{i}")), s_hopper)!);
            }
        }
    }
}
