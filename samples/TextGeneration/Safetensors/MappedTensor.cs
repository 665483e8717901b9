using System.Collections.Immutable;

namespace TextGeneration.Safetensors;

/// <summary>One tensor of an open file. It owns nothing: it is valid until the file, or the checkpoint that opened it, is disposed.</summary>
internal readonly unsafe struct MappedTensor
{
    internal MappedTensor(SafetensorsFile file, TensorEntry entry)
    {
        File = file;
        Entry = entry;
    }

    public SafetensorsFile File { get; }

    public TensorEntry Entry { get; }

    public string Name => Entry.Name;

    public TensorElementType ElementType => Entry.ElementType;

    public ImmutableArray<long> Shape => Entry.Shape;

    public long ByteLength => Entry.ByteLength;

    /// <summary>
    /// The first byte, in memory mapped read-only: writing there ends the process. The format does not promise that
    /// it is aligned to the element size. For a tensor without elements it must not be read at all.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public void* Pointer => File.AddressOf(Entry);

    /// <summary>The bytes: row-major, little-endian. Not copied, so valid until the file is disposed.</summary>
    /// <exception cref="InvalidOperationException">The tensor is larger than a span can be; use <see cref="Pointer"/>.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            if (ByteLength > int.MaxValue)
                throw new InvalidOperationException($"Tensor '{Name}' takes {ByteLength} bytes, more than a span can hold; use {nameof(Pointer)}.");

            return new ReadOnlySpan<byte>(Pointer, (int)ByteLength);
        }
    }
}
