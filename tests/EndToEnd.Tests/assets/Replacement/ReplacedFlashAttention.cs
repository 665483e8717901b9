using AttentionGen;

namespace Replacement;

[AttentionBackend(Backend.FlashAttn, Override = true)]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
internal sealed class ReplacedFlashAttention : IAttentionBackend;
