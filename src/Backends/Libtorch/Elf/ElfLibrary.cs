using System.Buffers.Binary;
using System.Text;

namespace AttentionGen.Libtorch;

/// <summary>
/// The dynamic linking tables of a 64-bit little-endian ELF shared library, read and edited in place in a byte array.
/// Every offset in the file is checked before it is followed: a damaged file gives <see cref="ElfFormatException"/>.
/// </summary>
internal sealed class ElfLibrary
{
    private const int HeaderSize = 64;
    private const int ProgramHeaderSize = 56;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const int MaximumVersions = 4096;

    private const uint SegmentLoad = 1;
    private const uint SegmentDynamic = 2;
    private const uint SectionDynamicSymbols = 11;

    private const long TagStringTable = 5;
    private const long TagSymbolTable = 6;
    private const long TagStringTableSize = 10;
    private const long TagVersionTable = 0x6ffffff0;
    private const long TagVersionNeeds = 0x6ffffffe;
    private const long TagVersionNeedCount = 0x6fffffff;

    private readonly byte[] _bytes;
    private readonly List<(ulong Address, ulong FileSize, ulong Offset)> _segments = [];
    private readonly int _strings;
    private readonly int _stringsLength;
    private readonly int _symbols;
    private readonly int _symbolCount;
    private readonly int _versions;
    private readonly int _versionNeeds;
    private readonly int _versionNeedCount;

    /// <summary>Reads the tables of <paramref name="bytes"/>, which this object edits from then on.</summary>
    /// <exception cref="ElfFormatException">They are not those of a 64-bit little-endian ELF shared library.</exception>
    public ElfLibrary(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < HeaderSize || !bytes.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
            throw new ElfFormatException("it is not an ELF file.");
        if (bytes[4] != 2 || bytes[5] != 1)
            throw new ElfFormatException("it is not a 64-bit little-endian ELF file.");
        if (UInt16(16) != 3)
            throw new ElfFormatException("it is not a shared library (its type is not ET_DYN).");

        (int dynamic, int dynamicLength) = ReadSegments();
        Dictionary<long, ulong> tags = ReadDynamic(dynamic, dynamicLength);
        _stringsLength = Length(Tag(tags, TagStringTableSize, "the size of its string table"));
        _strings = FileOffset(Tag(tags, TagStringTable, "a string table"), _stringsLength);
        if (_stringsLength == 0 || _bytes[_strings + _stringsLength - 1] != 0)
            throw new ElfFormatException("its string table is not terminated.");

        _symbolCount = ReadSymbolCount();
        _symbols = FileOffset(Tag(tags, TagSymbolTable, "a symbol table"), Length((ulong)_symbolCount * SymbolSize));
        if (tags.TryGetValue(TagVersionTable, out ulong versions))
            _versions = FileOffset(versions, Length((ulong)_symbolCount * 2));
        if (tags.TryGetValue(TagVersionNeeds, out ulong needs))
        {
            _versionNeeds = FileOffset(needs, 16);
            _versionNeedCount = (int)Math.Min(Tag(tags, TagVersionNeedCount, "the number of its version needs"), MaximumVersions);
        }
    }

    /// <summary>The versions that the library needs of others.</summary>
    public IReadOnlyList<ElfVersionNeed> VersionNeeds()
    {
        List<ElfVersionNeed> needs = [];
        int entry = _versionNeeds;
        for (int i = 0; i < _versionNeedCount; i++)
        {
            string library = StringAt(UInt32(Within(entry, 16) + 4));
            int count = UInt16(entry + 2);
            int auxiliary = Advance(entry, UInt32(entry + 8));
            for (int j = 0; j < count; j++)
            {
                Within(auxiliary, 16);
                needs.Add(new ElfVersionNeed(
                    library, StringAt(UInt32(auxiliary + 8)), UInt16(auxiliary + 6), UInt16(auxiliary + 4), auxiliary + 4));
                if (needs.Count > MaximumVersions)
                    throw new ElfFormatException("its version needs have no end.");
                if (j + 1 < count)
                    auxiliary = Advance(auxiliary, UInt32(auxiliary + 12));
            }

            if (i + 1 < _versionNeedCount)
                entry = Advance(entry, UInt32(entry + 12));
        }

        return needs;
    }

    /// <summary>The dynamic symbols whose version is <paramref name="version"/>.</summary>
    public IReadOnlyList<ElfSymbol> SymbolsOfVersion(ushort version)
    {
        List<ElfSymbol> found = [];
        for (int i = 0; _versions != 0 && i < _symbolCount; i++)
        {
            // The highest bit only hides a symbol from unversioned lookups.
            if ((UInt16(_versions + i * 2) & 0x7fff) == version)
                found.Add(new ElfSymbol(i, SymbolName(i), version));
        }

        return found;
    }

    /// <summary>The name of the dynamic symbol of index <paramref name="index"/>.</summary>
    public string SymbolName(int index) => StringAt(UInt32(_symbols + index * SymbolSize));

    /// <summary>Whether the library only refers to the symbol (its section is <c>SHN_UNDEF</c>).</summary>
    public bool IsUndefined(int index) => UInt16(_symbols + index * SymbolSize + 6) == 0;

    /// <summary>Where in the string table a string that ends in <paramref name="name"/> lets <paramref name="name"/> begin, or -1.</summary>
    public int FindString(string name)
    {
        byte[] wanted = [.. Encoding.UTF8.GetBytes(name), 0];
        return _bytes.AsSpan(_strings, _stringsLength).IndexOf(wanted);
    }

    /// <summary>Sets the flags of a needed version.</summary>
    public void SetFlags(ElfVersionNeed need, ushort flags) =>
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(Within(need.FlagsOffset, 2)), flags);

    /// <summary>Gives a symbol another name, by its offset in the string table, and another version.</summary>
    public void Rename(int index, int stringOffset, ushort version)
    {
        StringAt((uint)stringOffset);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_symbolCount);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_symbols + index * SymbolSize), (uint)stringOffset);
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_versions + index * 2), version);
    }

    private (int Offset, int Length) ReadSegments()
    {
        int table = Length(UInt64(32));
        int size = UInt16(54), count = UInt16(56);
        if (count > 0 && size != ProgramHeaderSize)
            throw new ElfFormatException("its program headers have an unknown size.");
        Within(table, Length((ulong)count * ProgramHeaderSize));
        (int Offset, int Length)? dynamic = null;
        for (int i = 0; i < count; i++)
        {
            int header = table + i * ProgramHeaderSize;
            uint kind = UInt32(header);
            ulong offset = UInt64(header + 8), address = UInt64(header + 16), fileSize = UInt64(header + 32);
            if (kind is SegmentLoad or SegmentDynamic)
                Within(Length(offset), Length(fileSize));
            if (kind == SegmentLoad)
                _segments.Add((address, fileSize, offset));
            else if (kind == SegmentDynamic)
                dynamic = ((int)offset, (int)fileSize);
        }

        return dynamic ?? throw new ElfFormatException("it has no dynamic segment.");
    }

    private Dictionary<long, ulong> ReadDynamic(int offset, int length)
    {
        Dictionary<long, ulong> tags = [];
        for (int entry = offset; entry + 16 <= offset + length; entry += 16)
        {
            long tag = (long)UInt64(entry);
            if (tag == 0)
                break;
            tags.TryAdd(tag, UInt64(entry + 8));
        }

        return tags;
    }

    // The dynamic segment does not say how many symbols there are; the section headers do.
    private int ReadSymbolCount()
    {
        int table = Length(UInt64(40));
        int size = UInt16(58), count = UInt16(60);
        if (count > 0 && size == SectionHeaderSize)
        {
            Within(table, Length((ulong)count * SectionHeaderSize));
            for (int i = 0; i < count; i++)
            {
                int header = table + i * SectionHeaderSize;
                if (UInt32(header + 4) == SectionDynamicSymbols)
                    return Length(UInt64(header + 32)) / SymbolSize;
            }
        }

        throw new ElfFormatException("it has no section header for its dynamic symbols.");
    }

    private static ulong Tag(Dictionary<long, ulong> tags, long tag, string what) =>
        tags.TryGetValue(tag, out ulong value) ? value : throw new ElfFormatException($"it lacks {what}.");

    private string StringAt(uint offset)
    {
        if (offset >= (uint)_stringsLength)
            throw new ElfFormatException("a name lies outside its string table.");
        ReadOnlySpan<byte> rest = _bytes.AsSpan(_strings + (int)offset, _stringsLength - (int)offset);
        return Encoding.UTF8.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private int FileOffset(ulong address, int length)
    {
        foreach ((ulong start, ulong fileSize, ulong offset) in _segments)
        {
            if (address >= start && address - start < fileSize && fileSize - (address - start) >= (ulong)length)
                return Within(Length(offset + (address - start)), length);
        }

        throw new ElfFormatException("one of its tables lies outside its segments.");
    }

    private int Advance(int offset, uint by) =>
        by == 0 || by > (uint)_bytes.Length ? throw new ElfFormatException("its version needs are malformed.") : offset + (int)by;

    private int Length(ulong value) =>
        value > (ulong)_bytes.Length ? throw new ElfFormatException("a table reaches past the end of the file.") : (int)value;

    private int Within(int offset, int length) =>
        offset < 0 || length < 0 || (long)offset + length > _bytes.Length
            ? throw new ElfFormatException("a table reaches past the end of the file.")
            : offset;

    private ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(Within(offset, 2)));

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(Within(offset, 4)));

    private ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(Within(offset, 8)));
}
