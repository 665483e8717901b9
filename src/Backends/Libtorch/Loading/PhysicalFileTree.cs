using System.Runtime.InteropServices;

namespace AttentionGen.Libtorch;

/// <summary>The machine's file system.</summary>
internal sealed partial class PhysicalFileTree : IFileTree
{
    public bool FileExists(string path) => File.Exists(path);

    public string Canonical(string path)
    {
        if (OperatingSystem.IsWindows())
            return Path.GetFullPath(path);
        nint resolved = RealPath(path, 0);
        if (resolved == 0)
            return Path.GetFullPath(path);
        string text = Marshal.PtrToStringUTF8(resolved)!;
        Free(resolved);
        return text;
    }

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

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint pointer);
}
