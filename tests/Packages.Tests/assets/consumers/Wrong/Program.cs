using AttentionGen;

Console.WriteLine(Wrong.AttentionRegistry.Backends.Length);

namespace Wrong
{
    // An analyzer says that this is no backend.
    [AttentionBackend("NO_ATTN")]
    [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
    internal sealed class NoAttention;

    [AttentionBackend("SAME_ATTN")]
    [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
    internal sealed class FirstAttention : IAttentionBackend;

    // The generator says that the name is taken.
    [AttentionBackend("SAME_ATTN")]
    [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
    internal sealed class SecondAttention : IAttentionBackend;
}
