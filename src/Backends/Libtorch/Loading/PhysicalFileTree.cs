namespace AttentionGen.Libtorch;

/// <summary>The machine's file system.</summary>
internal sealed class PhysicalFileTree : IFileTree
{
    public bool FileExists(string path) => File.Exists(path);

    public IReadOnlyList<string> Subdirectories(string directory)
    {
        try
        {
            return Directory.Exists(directory) ? Directory.GetDirectories(directory) : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
