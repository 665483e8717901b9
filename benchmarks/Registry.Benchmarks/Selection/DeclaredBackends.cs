using System.Collections.Immutable;

namespace AttentionGen.Benchmarks;

/// <summary>A registry of all 18 in-tree names, with declarations of the kind that their classes make.</summary>
internal sealed class DeclaredBackends() : AttentionBackendRegistry(s_names, s_backends)
{
    private const ElementTypes Half = ElementTypes.Float16 | ElementTypes.BFloat16;

    private const AttentionFeatures Common = AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks | AttentionFeatures.LogSumExp | AttentionFeatures.NonCausal;

    private static readonly BackendSupport s_cpu = new()
    {
        Device = DeviceKind.Cpu, ElementTypes = Half | ElementTypes.Float32, CacheElementTypes = ElementTypes.Float8E4M3, Features = Common | AttentionFeatures.SoftCap,
    };

    private static readonly BackendSupport s_cuda = new()
    {
        Device = DeviceKind.Cuda, MinComputeCapability = 80, ElementTypes = Half, CacheElementTypes = ElementTypes.Float8E4M3,
        HeadSizeMultipleOf = 8, MaxHeadSize = 256, PageSizeMultipleOf = 16, Features = Common,
    };

    private static readonly BackendSupport s_latent = s_cuda with
    {
        HeadSizes = [576], HeadSizeMultipleOf = 1, MaxHeadSize = int.MaxValue, PageSizes = [64], PageSizeMultipleOf = 1, Form = AttentionForm.MultiHeadLatent,
        Features = AttentionFeatures.ValueHeadSize, QueryHeads = [16, 32, 64, 128],
    };

    private static readonly BackendSupport s_rocm = s_cuda with { Device = DeviceKind.Rocm, MinComputeCapability = 0, Architectures = ["gfx9"] };

    private static readonly ImmutableArray<BackendDescriptor> s_backends =
    [
        Make("CUTLASS_MLA", s_latent with { MinComputeCapability = 100, MaxComputeCapability = 109, PageSizes = [128] }),
        Make("FLASHINFER", s_cuda with { HeadSizes = [64, 128, 256], PageSizes = [16, 32, 64], GroupSizes = [1, 2, 4, 8], GraphCapture = GraphCaptureLevel.UniformBatch }),
        Make("FLASHINFER_MLA", s_latent with { MinComputeCapability = 100, PageSizes = [32, 64] }),
        Make("FLASHMLA", s_latent with { MinComputeCapability = 90 }),
        Make("FLASHMLA_SPARSE", s_latent with { MinComputeCapability = 90, Form = AttentionForm.SparseMultiHeadLatent }),
        Make("FLASH_ATTN", s_cpu, s_cuda with { GraphCapture = GraphCaptureLevel.Always, Features = Common | AttentionFeatures.Cascade }),
        Make("FLASH_ATTN_MLA", s_latent with { MinComputeCapability = 90 }),
        Make("FLEX_ATTENTION", s_cpu, s_cuda with { Features = AttentionFeatures.ScoreFunctions | AttentionFeatures.NonCausal }),
        Make("PALLAS", s_cuda with { Device = DeviceKind.Tpu, MinComputeCapability = 0 }),
        Make("ROCM_AITER_FA", s_rocm),
        Make("ROCM_AITER_MLA", s_rocm with { Form = AttentionForm.MultiHeadLatent }),
        Make("ROCM_AITER_UNIFIED_ATTN", s_rocm),
        Make("ROCM_ATTN", s_rocm),
        Make("TORCH_SDPA", s_cpu, s_cuda with { MinComputeCapability = 0, HeadSizeMultipleOf = 1, PageSizeMultipleOf = 1 }),
        Make("TREE_ATTN", s_cpu, s_cuda with { Features = Common | AttentionFeatures.TreeMask }),
        Make("TRITON_ATTN", s_cuda with { Features = Common | AttentionFeatures.Alibi, GraphCapture = GraphCaptureLevel.Always }),
        Make("TRITON_MLA", s_latent),
        Make("XFORMERS", s_cpu, s_cuda with { Features = Common | AttentionFeatures.Alibi }),
    ];

    private static readonly ImmutableArray<string> s_names = [.. s_backends.Select(static backend => backend.Name)];

    public override int IndexOf(ReadOnlySpan<char> name)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    protected override BackendDescriptor? Describe(int index) => Backends[index];

    protected override IAttentionBackend? CreateRegistered(int index) => null;

    private static BackendDescriptor Make(string name, params ReadOnlySpan<BackendSupport> supports) =>
        new() { Name = name, TypeName = $"AttentionGen.{name}", AssemblyName = "AttentionGen.Backends", Supports = [.. supports] };
}
