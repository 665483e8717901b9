using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What can be said of the in-tree names without a registry.</summary>
internal static class BackendNames
{
    /// <summary>The text forms, in order of the values: those that the members' attributes give, without reflection.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        "FLASH_ATTN",
        "TRITON_ATTN",
        "XFORMERS",
        "ROCM_ATTN",
        "ROCM_AITER_MLA",
        "ROCM_AITER_FA",
        "TORCH_SDPA",
        "FLASHINFER",
        "FLASHINFER_MLA",
        "TRITON_MLA",
        "CUTLASS_MLA",
        "FLASHMLA",
        "FLASHMLA_SPARSE",
        "FLASH_ATTN_MLA",
        "PALLAS",
        "FLEX_ATTENTION",
        "TREE_ATTN",
        "ROCM_AITER_UNIFIED_ATTN",
    ];

    public static int Count => (int)Backend.RocmAiterUnifiedAttn + 1;

    public static bool IsDefined(Backend backend) => (uint)backend < (uint)Count;

    /// <summary>Reads a text form in any case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Backend backend)
    {
        for (int i = 0; i < All.Length; i++)
        {
            if (text.Equals(All[i], StringComparison.OrdinalIgnoreCase))
            {
                backend = (Backend)i;
                return true;
            }
        }

        backend = default;
        return false;
    }

    /// <summary>The text form of a member, or null where the value is none.</summary>
    public static string? Find(Backend backend) => IsDefined(backend) ? All[(int)backend] : null;

    /// <summary>Says that a text is no in-tree name, which one is nearest, and which there are.</summary>
    public static string DescribeUnknown(string requested, out string? nearest)
    {
        nearest = NameDistance.Nearest(requested, All);
        string hint = nearest is null ? "" : $" Did you mean '{nearest}'?";
        return $"'{requested}' is not an in-tree name.{hint} In-tree names: {string.Join(", ", All)}.";
    }
}
