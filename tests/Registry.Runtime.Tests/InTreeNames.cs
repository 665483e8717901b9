namespace AttentionGen.Tests;

/// <summary>The names as vLLM's registry spells them, written out: the independent reference for the enum.</summary>
internal static class InTreeNames
{
    public static string[] All { get; } =
    [
        "FLASH_ATTN", "TRITON_ATTN", "XFORMERS", "ROCM_ATTN", "ROCM_AITER_MLA", "ROCM_AITER_FA", "TORCH_SDPA", "FLASHINFER", "FLASHINFER_MLA",
        "TRITON_MLA", "CUTLASS_MLA", "FLASHMLA", "FLASHMLA_SPARSE", "FLASH_ATTN_MLA", "PALLAS", "FLEX_ATTENTION", "TREE_ATTN", "ROCM_AITER_UNIFIED_ATTN",
    ];
}
