namespace AttentionGen.Tests.Examples;

[AttentionBackend("ACME_ATTN")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32, HeadSizes = [64, 128])]
[AttentionSupport(DeviceKind.Cuda, MinComputeCapability = 80, ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16)]
public sealed class AcmeAttention : IAttentionBackend;
