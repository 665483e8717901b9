using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace AttentionGen.Cpu;

/// <summary>Asks for memory before it is needed. Pages lie anywhere, so the processor cannot foresee where the next one is.</summary>
internal static unsafe class Prefetching
{
    /// <summary>The bytes of a cache line.</summary>
    public const int LineBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(byte* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }
}
