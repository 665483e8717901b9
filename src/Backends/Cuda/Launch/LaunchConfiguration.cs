using System.Runtime.InteropServices;

namespace AttentionGen.Cuda;

/// <summary>The driver's <c>CUlaunchConfig</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LaunchConfiguration
{
    public uint GridX;
    public uint GridY;
    public uint GridZ;
    public uint BlockX;
    public uint BlockY;
    public uint BlockZ;
    public uint SharedMemory;
    public nint Stream;
    public LaunchAttribute* Attributes;
    public uint AttributeCount;
}
