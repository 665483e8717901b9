using System.Runtime.InteropServices;

namespace AttentionGen.Tests.Libtorch;

/// <summary>Sends the process's standard error nowhere while it lives: libtorch writes a page there for every failing call.</summary>
internal sealed partial class SilencedStandardError : IDisposable
{
    private readonly int _saved = Duplicate(2);

    public SilencedStandardError()
    {
        int nowhere = Open("/dev/null", 1);
        _ = Replace(nowhere, 2);
        _ = Close(nowhere);
    }

    public void Dispose()
    {
        _ = Replace(_saved, 2);
        _ = Close(_saved);
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int file);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Replace(int file, int target);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
