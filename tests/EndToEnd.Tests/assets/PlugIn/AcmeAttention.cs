using AttentionGen;

namespace Acme;

// Nothing in the program names this class or this assembly.
[AttentionBackend("ACME_ATTN")]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32, HeadSizes = [64])]
internal sealed class AcmeAttention : IAttentionBackend;
