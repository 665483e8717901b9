using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// The order in which backends are preferred when nobody names one and nothing was measured: data, read from the top; the
/// first row that is for a request holds.
/// </summary>
/// <param name="rows">The rows.</param>
public sealed class PriorityTable(ImmutableArray<PriorityRow> rows)
{
    /// <summary>The rows, the first match holds.</summary>
    public ImmutableArray<PriorityRow> Rows { get; } = rows;

    /// <summary>The order that holds where no other is given.</summary>
    public static PriorityTable Default { get; } = new(
    [
        new() { Device = DeviceKind.Cpu, Features = AttentionFeatures.TreeMask, Names = ["TREE_ATTN", "TORCH_SDPA", "XFORMERS", "FLEX_ATTENTION", "FLASH_ATTN"] },
        new() { Device = DeviceKind.Cpu, Names = ["TORCH_SDPA", "FLASH_ATTN", "FLEX_ATTENTION", "XFORMERS", "TREE_ATTN"] },
        new() { Device = DeviceKind.Cuda, Form = AttentionForm.SparseMultiHeadLatent, Names = ["FLASHMLA_SPARSE"] },
        new() { Device = DeviceKind.Cuda, Form = AttentionForm.MultiHeadLatent, MinComputeCapability = 100, MaxComputeCapability = 109, Names = ["FLASHINFER_MLA", "CUTLASS_MLA", "FLASH_ATTN_MLA", "FLASHMLA", "TRITON_MLA"] },
        new() { Device = DeviceKind.Cuda, Form = AttentionForm.MultiHeadLatent, Names = ["FLASH_ATTN_MLA", "FLASHMLA", "FLASHINFER_MLA", "CUTLASS_MLA", "TRITON_MLA"] },
        new() { Device = DeviceKind.Cuda, Features = AttentionFeatures.TreeMask, Names = ["TREE_ATTN", "FLASH_ATTN", "FLASHINFER", "TRITON_ATTN", "TORCH_SDPA", "XFORMERS", "FLEX_ATTENTION"] },
        new() { Device = DeviceKind.Cuda, Names = ["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN", "TORCH_SDPA", "XFORMERS", "FLEX_ATTENTION", "TREE_ATTN"] },
        new() { Device = DeviceKind.Rocm, Form = AttentionForm.MultiHeadLatent, Names = ["ROCM_AITER_MLA", "TRITON_MLA"] },
        new() { Device = DeviceKind.Rocm, Names = ["ROCM_ATTN", "ROCM_AITER_FA", "ROCM_AITER_UNIFIED_ATTN", "TRITON_ATTN"] },
        new() { Device = DeviceKind.Xpu, Names = ["FLASH_ATTN", "TRITON_ATTN"] },
        new() { Device = DeviceKind.Tpu, Names = ["PALLAS"] },
    ]);

    /// <summary>The order for a request; empty where no row is for it.</summary>
    /// <param name="request">The request.</param>
    public ImmutableArray<string> OrderFor(AttentionRequest request)
    {
        foreach (PriorityRow row in Rows)
        {
            if (row.IsFor(request))
                return row.Names;
        }

        return [];
    }
}
