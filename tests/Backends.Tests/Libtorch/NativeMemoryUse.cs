using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AttentionGen.Tests.Libtorch;

/// <summary>What glibc's malloc has handed out and not got back, in bytes. The managed heap is not in it.</summary>
internal static partial class NativeMemoryUse
{
    // The places of hblkhd and uordblks among the fields of struct mallinfo2.
    private const int Mapped = 4, InUse = 7;

    public static bool IsSupported => OperatingSystem.IsLinux();

    public static long Current()
    {
        MemoryInformation now = Query();
        return (long)(now[InUse] + now[Mapped]);
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MemoryInformation Query();

    [InlineArray(10)]
    private struct MemoryInformation
    {
        private nuint _first;
    }
}
