using AttentionGen;

namespace Acme;

[AttentionBackend(Backend.FlashAttn)]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
internal sealed class AcmeFlashAttention : IAttentionBackend;
