using System.Collections.Frozen;
using System.Collections.Immutable;
using System.IO.MemoryMappedFiles;

namespace TextGeneration.Safetensors;

/// <summary>
/// A safetensors file mapped into memory: its header is parsed and checked on opening, its data is read by the
/// operating system as it is touched, and nothing is copied. Views are valid until the file is disposed.
/// The file must not be cut short by someone else while it is open, which no mapping survives.
/// </summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;
    private readonly FrozenDictionary<string, TensorEntry> _byName;
    private byte* _start;

    private SafetensorsFile(string path, MemoryMappedFile mapping, MemoryMappedViewAccessor view, byte* start, ImmutableArray<TensorEntry> tensors)
    {
        Path = path;
        Tensors = tensors;
        _mapping = mapping;
        _view = view;
        _start = start;
        _byName = tensors.ToFrozenDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    public string Path { get; }

    /// <summary>The tensors, in the order of their data.</summary>
    public ImmutableArray<TensorEntry> Tensors { get; }

    /// <summary>Maps a file and checks its header.</summary>
    /// <exception cref="InvalidInputException">The file is missing, unreadable, or breaks the format.</exception>
    public static SafetensorsFile Open(string path)
    {
        MemoryMappedFile? mapping = null;
        MemoryMappedViewAccessor? view = null;
        byte* start = null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            long length = stream.Length;
            if (length == 0)
                throw new InvalidInputException($"{path}: the file is empty. Fetch it again.");

            mapping = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            byte* first = start + view.PointerOffset;

            // The header is at most 100 MB, so an int reaches past it.
            var content = new ReadOnlySpan<byte>(first, (int)Math.Min(length, SafetensorsHeader.MaximumLength + sizeof(ulong)));
            ImmutableArray<TensorEntry> tensors = SafetensorsHeader.Parse(content, length, path);
            return new SafetensorsFile(path, mapping, view, first, tensors);
        }
        catch (Exception error)
        {
            if (start is not null)
                view!.SafeMemoryMappedViewHandle.ReleasePointer();

            view?.Dispose();
            mapping?.Dispose();
            throw error switch
            {
                InvalidInputException invalid => invalid,
                FileNotFoundException or DirectoryNotFoundException => new InvalidInputException($"{path}: no such file.", error),
                IOException or UnauthorizedAccessException or NotSupportedException => new InvalidInputException($"{path}: cannot be read: {error.Message}", error),
                _ => error,
            };
        }
    }

    public bool TryGet(string name, out MappedTensor tensor)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        if (_byName.TryGetValue(name, out TensorEntry? entry))
        {
            tensor = new MappedTensor(this, entry);
            return true;
        }

        tensor = default;
        return false;
    }

    /// <summary>The address of a tensor's first byte, valid until this file is disposed.</summary>
    internal byte* AddressOf(TensorEntry entry)
    {
        ObjectDisposedException.ThrowIf(_start is null, this);
        return _start + entry.Offset;
    }

    public void Dispose()
    {
        if (_start is null)
            return;

        _start = null;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapping.Dispose();
    }
}
