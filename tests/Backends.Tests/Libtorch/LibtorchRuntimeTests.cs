using System.Runtime.InteropServices;
using AttentionGen.Libtorch;
using TorchSharp;
using Xunit;

namespace AttentionGen.Tests.Libtorch;

public sealed class LibtorchRuntimeTests
{
    [Fact]
    public void Loading_again_from_anywhere_gives_what_is_loaded()
    {
        LibtorchInstallation first = LibtorchRuntime.Load();
        var all = new LibtorchInstallation[16];
        Parallel.For(0, all.Length, i => all[i] = LibtorchRuntime.Load(new LibtorchOptions { Directory = first.Directory }));

        Assert.All(all, again => Assert.Same(first, again));
        Assert.Same(first, LibtorchRuntime.Installation);
        Assert.True(first.Version >= new Version(2, 10));
        Assert.True(Directory.Exists(first.Directory));
    }

    [Fact]
    public void Options_that_contradict_what_is_loaded_are_an_error_that_says_so()
    {
        LibtorchInstallation loaded = LibtorchRuntime.Load();

        var error = Assert.Throws<LibtorchLoadException>(() => LibtorchRuntime.Load(new LibtorchOptions { Directory = "/somewhere/else" }));

        Assert.Equal(LibtorchLoadFailure.Contradiction, error.Failure);
        Assert.Contains("/somewhere/else", error.Message, StringComparison.Ordinal);
        Assert.Contains(loaded.Directory, error.Message, StringComparison.Ordinal);
        if (!loaded.HasCuda)
        {
            var cuda = Assert.Throws<LibtorchLoadException>(() => LibtorchRuntime.Load(new LibtorchOptions { Device = DeviceKind.Cuda }));
            Assert.Equal(LibtorchLoadFailure.Contradiction, cuda.Failure);
            Assert.Contains("CPU build", cuda.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Only_cpu_and_cuda_can_be_asked_for() =>
        Assert.Throws<ArgumentException>(() => LibtorchRuntime.Load(new LibtorchOptions { Device = DeviceKind.Tpu }));

    [Fact]
    public void TorchSharp_runs_on_what_was_loaded_and_only_on_that()
    {
        LibtorchInstallation installation = LibtorchRuntime.Load();
        using torch.Tensor sum = torch.ones(2, 2).to(torch.CPU) + 1;
        Assert.Equal(8f, sum.sum().item<float>());

        if (OperatingSystem.IsLinux())
        {
            string[] mapped = [.. File.ReadLines("/proc/self/maps")
                .Where(line => line.Contains("torch", StringComparison.OrdinalIgnoreCase) && line.Contains('/', StringComparison.Ordinal))
                .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).Distinct()];
            Assert.Equal(Path.Combine(installation.Directory, "libtorch_cpu.so"), Assert.Single(mapped, path => path.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal)));
            Assert.Equal(installation.TorchSharpLibrary, Assert.Single(mapped, path => path.EndsWith("/libLibTorchSharp.so", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void The_number_of_cuda_devices_can_always_be_asked()
    {
        int count = LibtorchRuntime.CudaDeviceCount;

        Assert.InRange(count, 0, 1024);
        if (OperatingSystem.IsLinux() && !File.Exists("/proc/driver/nvidia/version"))
        {
            CudaDriverStatus status = CudaDriverProbe.Query();
            Assert.Equal(0, count);
            Assert.NotEmpty(status.Reason);
        }
    }

    [Fact]
    public void A_cpu_build_has_no_cuda_stream()
    {
        Assert.SkipWhen(LibtorchRuntime.Load().HasCuda, "Runs on a CUDA build.");

        var error = Assert.Throws<InvalidOperationException>(() => CudaStreams.Current(0));
        Assert.Contains("CPU build", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_loaders_own_reason_is_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads the messages of Linux's loader.");
        string folder = Directory.CreateTempSubdirectory("damaged-").FullName;
        try
        {
            string path = Path.Combine(folder, "libdamaged.so");
            File.WriteAllText(path, "no library");

            var error = Assert.Throws<DllNotFoundException>(() => new NativeLoader([]).Load(path));
            Assert.Equal("file too short", NativeLoader.Reason(error.Message, path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_missing_dependency_is_loaded_from_the_given_directories()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Needs libtorch for Linux on x64.");
        const string message = "libcudart.so.12: cannot open shared object file: No such file or directory";

        Assert.Equal("libcudart.so.12", NativeLoader.MissingDependencyIn(message));
        Assert.Null(NativeLoader.MissingDependencyIn("version `GLIBC_2.99' not found"));
    }

    [Theory]
    [InlineData("libcudart.so.12", "libcudart.so.12: cannot open shared object file", "libcudart.so.12 is missing")]
    [InlineData(null, "version `GLIBC_2.99' not found", "C library is older")]
    [InlineData(null, "invalid ELF header", "may be damaged")]
    public void A_refusal_ends_with_what_to_do(string? missing, string reason, string expected)
    {
        string text = LibtorchMessages.Refused("/t/libtorch_cpu.so", reason, missing, new LibtorchLocation("/t", LibtorchOrigin.Python, true));

        Assert.Contains("from a Python PyTorch: '/t'", text, StringComparison.Ordinal);
        Assert.Contains(reason, text, StringComparison.Ordinal);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_driver_and_no_device_read_differently()
    {
        Assert.Contains("no working NVIDIA driver: why", LibtorchMessages.NoDriver("why"), StringComparison.Ordinal);
        Assert.Contains("reports no device: why", LibtorchMessages.NoDevice("why"), StringComparison.Ordinal);
        Assert.Contains("CUDA_VISIBLE_DEVICES", LibtorchMessages.NoDevice("why"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_searched_for_is_the_one_TorchSharp_was_compiled_against() =>
        Assert.Equal(Version.Parse(LibtorchSearch.LibtorchVersion + ".0"), Version.Parse(torch.__version__));

    [Fact]
    public void The_codes_of_types_and_devices_are_libtorchs_own()
    {
        LibtorchInstallation installation = LibtorchRuntime.Load();
        nint library = NativeLibrary.Load(Path.Combine(installation.Directory, LibtorchPlatform.Current.FileName("torch_cpu")));
        (string Function, int Code)[] codes =
        [
            ("dtype_float32", AtenCodes.Float32), ("dtype_float16", AtenCodes.Float16), ("dtype_bfloat16", AtenCodes.BFloat16),
            ("dtype_float8_e4m3fn", AtenCodes.Float8E4M3), ("dtype_float8_e5m2", AtenCodes.Float8E5M2), ("dtype_int32", AtenCodes.Int32),
            ("dtype_int64", AtenCodes.Int64), ("dtype_uint8", AtenCodes.UInt8), ("dtype_bool", AtenCodes.Boolean),
            ("device_type_cpu", AtenCodes.CpuDevice), ("device_type_cuda", AtenCodes.CudaDevice), ("device_type_xpu", AtenCodes.XpuDevice),
            ("layout_strided", AtenCodes.StridedLayout),
        ];
        foreach ((string function, int code) in codes)
            Assert.Equal((function, code), (function, Call(NativeLibrary.GetExport(library, "aoti_torch_" + function))));
    }

    private static unsafe int Call(nint function) => ((delegate* unmanaged<int>)function)();
}
