namespace AttentionGen.Tests.Battery;

/// <summary>float32, with a head size that is padded.</summary>
[AttentionBackend("EMULATED_FLOAT32")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32, CacheElementTypes = ElementTypes.Float8E4M3, HeadSizes = [40], Types = Roles, Features = Features)]
internal sealed class EmulatedFloat32Backend : EmulatedBackend;

/// <summary>float16 with heads of 64.</summary>
[AttentionBackend("EMULATED_FLOAT16")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float16, CacheElementTypes = ElementTypes.Float8E4M3, HeadSizes = [64], Types = Roles, Features = Features)]
internal sealed class EmulatedFloat16Backend : EmulatedBackend;

/// <summary>bfloat16 with heads of 128, requests of few rows and of many apart.</summary>
[AttentionBackend("EMULATED_BFLOAT16")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.BFloat16, CacheElementTypes = ElementTypes.Float8E4M3, HeadSizes = [128], Types = Roles, Features = Features)]
internal sealed class EmulatedBFloat16Backend : EmulatedBackend
{
    protected override bool IsSpecialised => true;
}

/// <summary>Long queries on the kernel for Hopper.</summary>
[AttentionBackend("EMULATED_HOPPER")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.BFloat16, HeadSizes = [64], Types = Roles, Features = Features & ~AttentionFeatures.TreeMask)]
internal sealed class EmulatedHopperBackend : EmulatedBackend
{
    protected override bool IsSpecialised => true;
}

/// <summary>The same with all types and head sizes of the kernel.</summary>
[AttentionBackend("EMULATED_HOPPER_ALL")]
[AttentionSupport(
    DeviceKind.Cpu, ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16, HeadSizes = [128, 64, 96, 192, 256], Types = Roles,
    Features = Features & ~AttentionFeatures.TreeMask)]
internal sealed class EmulatedHopperAllBackend : EmulatedBackend
{
    protected override bool IsSpecialised => true;
}

/// <summary>All that the kernels can do. Some hundred kernels to compile: run where CUDA_EMULATION says <c>all</c>.</summary>
[AttentionBackend("EMULATED_ALL")]
[AttentionSupport(
    DeviceKind.Cpu, ElementTypes = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16, CacheElementTypes = ElementTypes.Float8E4M3,
    MinHeadSize = 32, MaxHeadSize = 256, HeadSizeMultipleOf = 8, Types = Roles, Features = Features)]
internal sealed class EmulatedAllBackend : EmulatedBackend;
