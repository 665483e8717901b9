namespace AttentionGen.Tests.Storage;

/// <summary>The only tests that read or write these environment variables.</summary>
[Collection(EnvironmentUse.Name)]
public sealed class CacheDirectoryTests : IDisposable
{
    private readonly string? _named = Environment.GetEnvironmentVariable(CacheDirectory.Variable), _cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"attentiongen-tests-{Guid.NewGuid():N}");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(CacheDirectory.Variable, _named);
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", _cache);
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void The_variable_names_it()
    {
        Environment.SetEnvironmentVariable(CacheDirectory.Variable, _folder);
        Assert.Equal(_folder, CacheDirectory.ForUser().Path);
    }

    [Fact]
    public void Without_it_the_folder_is_the_users()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such variable.");
        Environment.SetEnvironmentVariable(CacheDirectory.Variable, null);

        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", _folder);
        Assert.Equal(Path.Combine(_folder, "attentiongen"), CacheDirectory.ForUser().Path);

        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", "relative");
        Assert.EndsWith(Path.Combine(".cache", "attentiongen"), CacheDirectory.ForUser().Path, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_written_is_read_and_only_the_user_may_enter()
    {
        CacheDirectory directory = new(Path.Combine(_folder, "a"));
        Assert.Null(directory.Read("x.json"));

        directory.Write("x.json", "first");
        directory.Write("x.json", "second, é");

        Assert.Equal("second, é", directory.Read("x.json"));
        Assert.Single(Directory.GetFiles(directory.Path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory.Path));
    }

    [Fact]
    public void File_names_are_plain_and_not_too_long()
    {
        Assert.Equal("tuning-cuda-0-compute-capability-9-0-nvidia-h200.json", CacheDirectory.FileName("tuning", "cuda:0 (compute capability 9.0)", "NVIDIA H200"));
        Assert.Equal("a-b.json", CacheDirectory.FileName("../a/", "é", "b/.."));
        Assert.InRange(CacheDirectory.FileName(new string('x', 1000)).Length, 100, 210);
    }
}
