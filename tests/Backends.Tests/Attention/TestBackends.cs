using AttentionGen.TorchSdpa;

namespace AttentionGen.Tests.Attention;

internal static class TestBackends
{
    public static PagedAttentionBackend Create(Backend backend)
    {
        var b = new TorchSdpaBackend();
        const AttentionFeatures f = AttentionFeatures.SlidingWindow | AttentionFeatures.NonCausal | AttentionFeatures.LogSumExp;
        const ElementTypes t = ElementTypes.Float32 | ElementTypes.Float16 | ElementTypes.BFloat16;
        ((IAttentionBackend)b).Attach(new BackendDescriptor { Name = "TORCH_SDPA", TypeName = "x", AssemblyName = "y", Known = backend,
            Supports = [new BackendSupport { Device = DeviceKind.Cpu, ElementTypes = t, Features = f }, new BackendSupport { Device = DeviceKind.Cuda, ElementTypes = t, Features = f }] });
        return b;
    }
}
