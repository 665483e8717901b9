using System.Buffers.Binary;

namespace AttentionGen.Libtorch;

/// <summary>
/// Tells whether an ELF file is as long as its own program headers say. The system's loader does not ask: it maps a file
/// that was cut short (an interrupted download or copy), and the process dies of SIGBUS at the first missing page.
/// </summary>
internal static class ElfCompleteness
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;

    /// <summary>What is wrong with the file's length, or null. Files that are not 64-bit ELF are left to the loader.</summary>
    public static string? Complaint(string path)
    {
        using FileStream file = File.OpenRead(path);
        Span<byte> header = stackalloc byte[HeaderSize];
        if (file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) < HeaderSize || !header[..6].SequenceEqual("\u007fELF\u0002\u0001"u8))
            return null;

        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]), length = (ulong)file.Length, needed = 0;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[56..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[54..]) != ProgramHeaderSize || table > length)
            return null;
        file.Position = (long)table;
        Span<byte> entry = stackalloc byte[ProgramHeaderSize];
        for (int i = 0; i < count; i++)
        {
            if (file.ReadAtLeast(entry, ProgramHeaderSize, throwOnEndOfStream: false) < ProgramHeaderSize)
                return "the file is cut short within its headers.";
            bool isLoaded = BinaryPrimitives.ReadUInt32LittleEndian(entry) == 1;
            ulong end = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]) + BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]);
            if (isLoaded)
                needed = Math.Max(needed, end);
        }

        return needed > length ? $"the file is cut short: it has {length} bytes and says that it has {needed} or more." : null;
    }
}
