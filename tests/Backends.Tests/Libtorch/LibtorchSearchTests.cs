using AttentionGen.Libtorch;
using Xunit;

namespace AttentionGen.Tests.Libtorch;

public sealed class LibtorchSearchTests
{
    private const string Application = "/app/libtorch_cpu.so";
    private const string ApplicationRuntimes = "/app/runtimes/linux-x64/native/libtorch_cpu.so";
    private const string NuGet = "/home/u/.nuget/packages/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native/libtorch_cpu.so";
    private const string VirtualEnvironment = "/venv/lib/python3.12/site-packages/torch/lib/libtorch_cpu.so";
    private const string SystemPython = "/usr/lib/python3/dist-packages/torch/lib/libtorch_cpu.so";
    private const string LibraryPath = "/opt/torch/lib/libtorch_cpu.so";

    private readonly Dictionary<string, string> _variables = [];

    [Fact]
    public void The_places_are_tried_in_the_documented_order()
    {
        _variables["VIRTUAL_ENV"] = "/venv";
        _variables["LD_LIBRARY_PATH"] = "/nowhere::/opt/torch/lib";
        string[] order = [Application, ApplicationRuntimes, NuGet, VirtualEnvironment, SystemPython, LibraryPath];
        LibtorchOrigin[] origins =
        [
            LibtorchOrigin.Application, LibtorchOrigin.Application, LibtorchOrigin.NuGet,
            LibtorchOrigin.Python, LibtorchOrigin.Python, LibtorchOrigin.LibraryPath,
        ];
        for (int first = 0; first < order.Length; first++)
        {
            LibtorchLocation found = Search(order[first..]).Find(new LibtorchOptions());

            Assert.Equal(Path.GetDirectoryName(order[first]), found.Directory);
            Assert.Equal(origins[first], found.Origin);
        }
    }

    [Fact]
    public void The_hosts_native_directories_count_as_the_application()
    {
        LibtorchSearch search = new(Environment(["/host/libtorch_cpu.so", NuGet]) with { ApplicationNativeDirectories = ["/host/"] });

        Assert.Equal(new LibtorchLocation("/host", LibtorchOrigin.Application, HasCuda: false), search.Find(new LibtorchOptions()));
    }

    [Theory]
    [InlineData("/named/libtorch_cpu.so", "/named")]
    [InlineData("/named/lib/libtorch_cpu.so", "/named/lib")]
    [InlineData("/named/torch/lib/libtorch_cpu.so", "/named/torch/lib")]
    [InlineData("/named/runtimes/linux-x64/native/libtorch_cpu.so", "/named/runtimes/linux-x64/native")]
    public void A_named_directory_may_be_any_usual_layout(string file, string expected)
    {
        LibtorchLocation found = Search(Application, file).Find(new LibtorchOptions { Directory = "/named/" });

        Assert.Equal(new LibtorchLocation(expected, LibtorchOrigin.Named, HasCuda: false), found);
    }

    [Fact]
    public void A_named_directory_without_libtorch_is_an_error_even_when_it_lies_elsewhere()
    {
        var error = Assert.Throws<LibtorchLoadException>(() => Search(Application, NuGet).Find(new LibtorchOptions { Directory = "/named" }));

        Assert.Equal(LibtorchLoadFailure.NotFound, error.Failure);
        Assert.Contains("'/named', named by LibtorchOptions.Directory", error.Message, StringComparison.Ordinal);
        Assert.Contains("nothing else was searched", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("/app", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_variable_names_a_directory_and_the_options_overrule_it()
    {
        _variables["ATTENTION_LIBTORCH"] = "/variable";
        string[] files = [Application, "/variable/libtorch_cpu.so", "/option/libtorch_cpu.so"];

        Assert.Equal("/variable", Search(files).Find(new LibtorchOptions()).Directory);
        Assert.Equal("/option", Search(files).Find(new LibtorchOptions { Directory = "/option" }).Directory);
        var error = Assert.Throws<LibtorchLoadException>(() => Search(Application).Find(new LibtorchOptions()));
        Assert.Contains("named by the environment variable ATTENTION_LIBTORCH", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_anywhere_lists_the_places_and_what_to_install()
    {
        var error = Assert.Throws<LibtorchLoadException>(() => Search().Find(new LibtorchOptions()));

        Assert.Equal(LibtorchLoadFailure.NotFound, error.Failure);
        Assert.Contains("libtorch-cpu-linux-x64 2.10.0", error.Message, StringComparison.Ordinal);
        Assert.Contains("ATTENTION_LIBTORCH", error.Message, StringComparison.Ordinal);
        Assert.Contains("\n  /app/runtimes/linux-x64/native", error.Message, StringComparison.Ordinal);
        Assert.Contains("\n  /home/u/.nuget/packages/libtorch-cpu-linux-x64/2.10.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void For_cuda_the_search_passes_over_cpu_builds()
    {
        _variables["VIRTUAL_ENV"] = "/venv";
        string cuda = VirtualEnvironment.Replace("torch_cpu", "torch_cuda", StringComparison.Ordinal);

        LibtorchLocation found = Search(Application, VirtualEnvironment, cuda).Find(new LibtorchOptions { Device = DeviceKind.Cuda });

        Assert.Equal(new LibtorchLocation("/venv/lib/python3.12/site-packages/torch/lib", LibtorchOrigin.Python, HasCuda: true), found);
    }

    [Fact]
    public void For_cuda_cpu_builds_alone_are_an_error_that_names_them()
    {
        var searched = Assert.Throws<LibtorchLoadException>(() => Search(Application, NuGet).Find(new LibtorchOptions { Device = DeviceKind.Cuda }));
        var named = Assert.Throws<LibtorchLoadException>(
            () => Search(Application).Find(new LibtorchOptions { Device = DeviceKind.Cuda, Directory = "/app" }));

        Assert.Equal(LibtorchLoadFailure.CpuBuild, searched.Failure);
        Assert.Contains("/app, /home/u/.nuget", searched.Message, StringComparison.Ordinal);
        Assert.Equal(LibtorchLoadFailure.CpuBuild, named.Failure);
        Assert.Contains("libtorch named is a CPU build", named.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_package_folder_variable_is_followed()
    {
        _variables["NUGET_PACKAGES"] = "/packages";
        LibtorchSearch search = Search("/packages/libtorch-cpu-linux-x64/2.10.0/runtimes/linux-x64/native/libtorch_cpu.so", NuGet);

        Assert.StartsWith("/packages/", search.Find(new LibtorchOptions()).Directory, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_versions_in_the_package_folder_are_not_taken() =>
        Assert.Throws<LibtorchLoadException>(
            () => Search(NuGet.Replace("2.10.0", "2.9.0", StringComparison.Ordinal)).Find(new LibtorchOptions()));

    [Fact]
    public void The_newest_of_several_pythons_is_taken_and_the_shells_python_before_the_systems()
    {
        _variables["PATH"] = "/tools/bin:/usr/bin";
        string[] files =
        [
            "/usr/bin/python3", "/usr/lib/python3.9/site-packages/torch/lib/libtorch_cpu.so",
            "/tools/bin/python3",
            "/tools/lib/python3.9/site-packages/torch/lib/libtorch_cpu.so", "/tools/lib/python3.11/site-packages/torch/lib/libtorch_cpu.so",
        ];

        Assert.Equal("/tools/lib/python3.11/site-packages/torch/lib", Search(files).Find(new LibtorchOptions()).Directory);
    }

    [Fact]
    public void On_windows_names_and_layouts_are_those_of_windows()
    {
        _variables["VIRTUAL_ENV"] = "/venv";
        LibtorchSearch search = new(Environment(["/venv/Lib/site-packages/torch/lib/torch_cpu.dll"]) with { Platform = LibtorchPlatform.Windows });

        Assert.Equal("/venv/Lib/site-packages/torch/lib", search.Find(new LibtorchOptions()).Directory);
    }

    [Fact]
    public void TorchSharps_library_is_the_applications_before_the_one_beside_libtorch_before_nugets()
    {
        string[] order =
        [
            "/app/libLibTorchSharp.so", "/app/runtimes/linux-x64/native/libLibTorchSharp.so", "/torch/libLibTorchSharp.so",
            "/home/u/.nuget/packages/torchsharp/0.107.0/runtimes/linux-x64/native/libLibTorchSharp.so",
        ];
        for (int first = 0; first < order.Length; first++)
            Assert.Equal(order[first], Search(order[first..]).FindTorchSharp("/torch"));

        var error = Assert.Throws<LibtorchLoadException>(() => Search().FindTorchSharp("/torch"));
        Assert.Equal(LibtorchLoadFailure.TorchSharpNotFound, error.Failure);
        Assert.Contains("TorchSharp 0.107.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cuda_libraries_of_a_python_installation_lie_beside_its_torch()
    {
        LibtorchSearch search = Search("/venv/site/nvidia/cublas/lib/libcublas.so.12", "/venv/site/nvidia/cudnn/lib/libcudnn.so.9");

        IReadOnlyList<string> directories = search.CudaLibraryDirectories("/venv/site/torch/lib");

        Assert.Equal("/venv/site/torch/lib", directories[0]);
        Assert.Contains("/venv/site/nvidia/cublas/lib", directories);
        Assert.Contains("/venv/site/nvidia/cudnn/lib", directories);
    }

    [Theory]
    [InlineData("python3.9", "python3.11", -1)]
    [InlineData("python3.11", "python3.9", 1)]
    [InlineData("python3.011", "python3.11", 0)]
    [InlineData("a", "ab", -1)]
    [InlineData("cu13", "cublas", -1)]
    public void Versions_in_names_compare_as_numbers(string left, string right, int expected) =>
        Assert.Equal(expected, Math.Sign(VersionedNameComparer.Instance.Compare(left, right)));

    private LibtorchSearch Search(params string[] files) => new(Environment(files));

    private LibtorchSearchEnvironment Environment(string[] files) => new(
        new FakeFileTree(files), name => _variables.GetValueOrDefault(name), LibtorchPlatform.Linux, "/app", "/home/u", []);
}
