using System.Runtime.CompilerServices;

namespace AttentionGen.Cuda;

/// <summary>
/// The driver's <c>CUtensorMap</c>: how the bulk copy engine reads tiles of a tensor. A part of a kernel's parameter, at a
/// multiple of 64 bytes, as <c>struct alignas(64)</c> in the source.
/// </summary>
[InlineArray(Words)]
internal struct TensorMap
{
    public const int Words = 16;

    private ulong _first;
}
