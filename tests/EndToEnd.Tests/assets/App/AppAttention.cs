using AttentionGen;

namespace App;

[AttentionBackend(Backend.TorchSdpa)]
[AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
internal sealed class AppAttention : IAttentionBackend;
