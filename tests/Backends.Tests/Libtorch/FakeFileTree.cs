using AttentionGen.Libtorch;

namespace AttentionGen.Tests.Libtorch;

/// <summary>A file system made of the paths it is given.</summary>
internal sealed class FakeFileTree(params string[] files) : IFileTree
{
    public bool FileExists(string path) => files.Contains(path);

    public IReadOnlyList<string> Subdirectories(string directory)
    {
        string prefix = directory + "/";
        return [.. files
            .Where(file => file.StartsWith(prefix, StringComparison.Ordinal) && file.IndexOf('/', prefix.Length) > 0)
            .Select(file => file[..file.IndexOf('/', prefix.Length)])
            .Distinct()];
    }
}
