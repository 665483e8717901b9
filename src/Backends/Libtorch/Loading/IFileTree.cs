namespace AttentionGen.Libtorch;

/// <summary>As much of a file system as the search needs, so that it can be tested without one.</summary>
internal interface IFileTree
{
    bool FileExists(string path);

    /// <summary>The full paths of a directory's subdirectories; empty when it does not exist or cannot be read.</summary>
    IReadOnlyList<string> Subdirectories(string directory);
}
