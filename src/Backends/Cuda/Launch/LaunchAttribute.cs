using System.Runtime.InteropServices;

namespace AttentionGen.Cuda;

/// <summary>The driver's <c>CUlaunchAttribute</c>, with those of its values that are used.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal struct LaunchAttribute
{
    [FieldOffset(0)]
    private int _id;

    [FieldOffset(8)]
    private uint _first;

    [FieldOffset(12)]
    private uint _second;

    [FieldOffset(16)]
    private uint _third;

    /// <summary>Blocks along x that are scheduled together and share memory.</summary>
    public static LaunchAttribute Cluster(int blocks) => new() { _id = 4, _first = (uint)blocks, _second = 1, _third = 1 };

    /// <summary>The kernel may begin before the one before it in the stream has ended, and waits for that by itself.</summary>
    public static LaunchAttribute ProgrammaticSerialisation => new() { _id = 6, _first = 1 };
}
