using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>The order in which backends are preferred when nobody names one.</summary>
internal static class BackendRanking
{
    private static readonly ImmutableArray<string> s_cpu = ["TORCH_SDPA", "FLASH_ATTN", "FLEX_ATTENTION", "XFORMERS", "TREE_ATTN"];

    private static readonly ImmutableArray<string> s_cuda =
    [
        "FLASH_ATTN", "FLASHINFER", "TRITON_ATTN", "TORCH_SDPA", "XFORMERS", "FLEX_ATTENTION", "TREE_ATTN",
        "FLASH_ATTN_MLA", "FLASHMLA", "FLASHINFER_MLA", "CUTLASS_MLA", "TRITON_MLA", "FLASHMLA_SPARSE",
    ];

    private static readonly ImmutableArray<string> s_rocm =
        ["ROCM_ATTN", "ROCM_AITER_FA", "ROCM_AITER_UNIFIED_ATTN", "TRITON_ATTN", "ROCM_AITER_MLA", "TRITON_MLA"];

    /// <summary>A backend's rank on a kind of device, from 0; those in no list share the last rank.</summary>
    public static int RankOf(BackendDescriptor backend, DeviceKind device)
    {
        ImmutableArray<string> order = device switch
        {
            DeviceKind.Cpu => s_cpu,
            DeviceKind.Cuda => s_cuda,
            DeviceKind.Rocm => s_rocm,
            DeviceKind.Tpu => ["PALLAS"],
            _ => ["FLASH_ATTN", "TRITON_ATTN"],
        };
        int rank = order.IndexOf(backend.Name, StringComparer.Ordinal);
        return rank < 0 ? order.Length : rank;
    }
}
