namespace AttentionGen.Tests.Examples;

[AttentionBackend(Backend.TorchSdpa, Override = true)]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
public sealed class TracedAttention : IAttentionBackend;
