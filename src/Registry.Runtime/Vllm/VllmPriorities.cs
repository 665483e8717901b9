using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// The orders in which vLLM prefers backends: data, read from the top; the first row that is for a request holds. Names that
/// are not among the 18 are skipped unless a class of the application carries one.
/// </summary>
public static class VllmPriorities
{
    /// <summary>The rows.</summary>
    public static ImmutableArray<VllmPriorityRow> Rows { get; } =
    [
        new() { Device = DeviceKind.Cuda, Latent = false, Major = 10, NonCausal = false, Names = ["FLASHINFER", "FLASH_ATTN", "TRITON_ATTN", "FLEX_ATTENTION", "TURBOQUANT"] },
        new() { Device = DeviceKind.Cuda, Latent = false, Names = ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN", "FLEX_ATTENTION", "TURBOQUANT"] },
        new() { Device = DeviceKind.Cuda, Latent = true, Major = 10, QuantizedOrFewHeads = true, Names = ["FLASHINFER_MLA", "TOKENSPEED_MLA", "CUTLASS_MLA", "FLASH_ATTN_MLA", "FLASHMLA", "TRITON_MLA", "FLASHINFER_MLA_SPARSE", "FLASHMLA_SPARSE"] },
        new() { Device = DeviceKind.Cuda, Latent = true, Major = 10, Names = ["FLASHINFER_MLA", "TOKENSPEED_MLA", "CUTLASS_MLA", "FLASH_ATTN_MLA", "FLASHMLA", "TRITON_MLA", "FLASHMLA_SPARSE", "FLASHINFER_MLA_SPARSE"] },
        new() { Device = DeviceKind.Cuda, Latent = true, Major = 12, Names = ["TRITON_MLA", "FLASHINFER_MLA_SPARSE_SM120"] },
        new() { Device = DeviceKind.Cuda, Latent = true, Names = ["FLASH_ATTN_MLA", "FLASHMLA", "FLASHINFER_MLA", "TRITON_MLA", "FLASH_ATTN_MLA_SPARSE", "FLASHMLA_SPARSE"] },
        new() { Device = DeviceKind.Rocm, Sparse = true, Names = ["ROCM_AITER_MLA_SPARSE"] },
        new() { Device = DeviceKind.Rocm, Latent = true, AiterLatentEnabled = true, Names = ["ROCM_AITER_MLA", "TRITON_MLA", "ROCM_AITER_TRITON_MLA"] },
        new() { Device = DeviceKind.Rocm, Latent = true, Names = ["TRITON_MLA"] },
        new() { Device = DeviceKind.Rocm, Names = ["ROCM_ATTN", "ROCM_AITER_FA", "ROCM_AITER_UNIFIED_ATTN", "TRITON_ATTN", "TURBOQUANT"] },
        new() { Device = DeviceKind.Cpu, Sparse = true, Names = [] },
        new() { Device = DeviceKind.Cpu, Latent = true, Names = ["CPU_MLA"] },
        new() { Device = DeviceKind.Cpu, Names = ["TORCH_SDPA"] },
        new() { Device = DeviceKind.Xpu, Sparse = true, Names = ["XPU_MLA_SPARSE"] },
        new() { Device = DeviceKind.Xpu, Latent = true, Names = ["TRITON_MLA"] },
        new() { Device = DeviceKind.Xpu, BidirectionalSpans = true, Names = ["TRITON_ATTN"] },
        new() { Device = DeviceKind.Xpu, Float32 = true, Names = ["TRITON_ATTN"] },
        new() { Device = DeviceKind.Xpu, Names = ["FLASH_ATTN"] },
        new() { Device = DeviceKind.Tpu, Latent = false, Names = ["PALLAS"] },
    ];

    /// <summary>Names in <see cref="Rows"/> that came after the 18, so that none of them has a capability set here.</summary>
    public static ImmutableArray<string> LaterNames { get; } =
    [
        "TURBOQUANT", "TOKENSPEED_MLA", "FLASHINFER_MLA_SPARSE", "FLASHINFER_MLA_SPARSE_SM120", "FLASH_ATTN_MLA_SPARSE",
        "ROCM_AITER_MLA_SPARSE", "ROCM_AITER_TRITON_MLA", "CPU_MLA", "XPU_MLA_SPARSE",
    ];

    /// <summary>Those of the 18 that vLLM uses only where they are named.</summary>
    public static ImmutableArray<string> OnlyByName { get; } = ["XFORMERS", "TREE_ATTN"];

    /// <summary>vLLM's order for a request, with the later names; empty where vLLM has none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="platform">How vLLM was built and set up; null: <see cref="VllmPlatform.Default"/>.</param>
    public static ImmutableArray<string> OrderFor(AttentionRequest request, VllmPlatform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        platform ??= VllmPlatform.Default;
        foreach (VllmPriorityRow row in Rows)
        {
            if (row.IsFor(request, platform))
                return row is { Device: DeviceKind.Rocm, Names: [RocmAttn, ..] } ? RocmDense(row.Names, request, platform) : row.Names;
        }

        return [];
    }

    private const string RocmAttn = "ROCM_ATTN";
    private const string RocmAiterFa = "ROCM_AITER_FA";
    private const string RocmAiterUnified = "ROCM_AITER_UNIFIED_ATTN";

    // ROCM_ATTN's cache has keys and values outermost, which neither connectors nor a decoder's cross-attention can share.
    private static ImmutableArray<string> RocmDense(ImmutableArray<string> names, AttentionRequest request, VllmPlatform platform)
    {
        if (VllmTerms.Has(request, AttentionFeatures.CacheTransfer) || request.Type == AttentionTypes.CrossAttention)
            names = names.Remove(RocmAttn);
        if (!platform.AiterMultiHeadEnabled)
            names = names.Remove(RocmAiterFa);
        if (!platform.AiterFound)
            return names.Remove(RocmAiterUnified);
        return IsRdna(request.Device) ? names.Remove(RocmAiterUnified).Insert(0, RocmAiterUnified) : names;
    }

    private static bool IsRdna(AttentionDevice device) => device.Architecture?.StartsWith("gfx1", StringComparison.OrdinalIgnoreCase) == true;
}
