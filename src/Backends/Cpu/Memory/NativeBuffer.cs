using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AttentionGen.Cpu;

/// <summary>Native memory, aligned to a cache line, that grows and never shrinks.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint Alignment = 64;
    private byte* _data;
    private nuint _bytes;

    ~NativeBuffer() => Free();

    /// <summary>The memory, at least so many bytes; what was in it is lost when it grows.</summary>
    public byte* Reserve(nuint bytes)
    {
        if (bytes > _bytes)
        {
            Free();
            _data = (byte*)NativeMemory.AlignedAlloc(bytes, Alignment);
            _bytes = bytes;
        }

        return _data;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Free()
    {
        NativeMemory.AlignedFree(_data);
        _data = null;
        _bytes = 0;
    }
}
