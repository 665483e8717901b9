using AttentionGen;

namespace PlugIn;

/// <summary>A backend that no CPU can run.</summary>
[AttentionBackend("CUDA_ONLY_ATTN")]
[AttentionSupport(DeviceKind.Cuda, ElementTypes = ElementTypes.BFloat16)]
public sealed class CudaOnlyAttention : IAttentionBackend;
