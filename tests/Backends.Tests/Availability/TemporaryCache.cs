namespace AttentionGen.Tests.Availability;

/// <summary>A cache folder of one test's own.</summary>
internal sealed class TemporaryCache : IDisposable
{
    public CacheDirectory Directory { get; } = new(Path.Combine(Path.GetTempPath(), $"attentiongen-tests-{Guid.NewGuid():N}"));

    public string[] Files => System.IO.Directory.Exists(Directory.Path) ? System.IO.Directory.GetFiles(Directory.Path) : [];

    public void Dispose()
    {
        if (System.IO.Directory.Exists(Directory.Path))
            System.IO.Directory.Delete(Directory.Path, recursive: true);
    }
}
