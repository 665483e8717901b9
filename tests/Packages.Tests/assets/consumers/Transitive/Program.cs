using AttentionGen;
using Transitive;

foreach (BackendDescriptor backend in AttentionRegistry.Backends)
    Console.WriteLine($"{backend.Name} {AttentionRegistry.Create(backend.Name)}");

namespace Transitive
{
    [AttentionBackend("OWN_ATTN")]
    [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
    internal sealed class OwnAttention : IAttentionBackend;
}
