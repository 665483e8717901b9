namespace AttentionGen.Tests;

/// <summary>Backends and requests for the selector's tests.</summary>
internal static class Descriptors
{
    public static BackendDescriptor Make(string name, params BackendSupport[] supports) =>
        new() { Name = name, TypeName = $"Tests.{name}", AssemblyName = "Tests", Supports = [.. supports] };

    public static BackendSupport Cpu { get; } = new() { Device = DeviceKind.Cpu, ElementTypes = ElementTypes.Float32 };

    public static BackendSupport Cuda { get; } = new()
    {
        Device = DeviceKind.Cuda,
        MinComputeCapability = 80,
        ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16,
        HeadSizes = [64, 128],
        PageSizeMultipleOf = 16,
        Features = AttentionFeatures.SlidingWindow,
    };

    public static AttentionRequest CpuRequest { get; } = new()
    {
        Device = AttentionDevice.Cpu, ElementType = ElementType.Float32, HeadSize = 64, QueryHeads = 8, KeyValueHeads = 2,
    };

    public static AttentionRequest CudaRequest { get; } = CpuRequest with { Device = AttentionDevice.Cuda(90), ElementType = ElementType.BFloat16 };
}
