using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>The sizes of the small case that a backend is probed with, out of its own declaration.</summary>
internal sealed record ProbeCase
{
    public required AttentionDevice Device { get; init; }

    public required ElementType ElementType { get; init; }

    public required int HeadSize { get; init; }

    public required int PageSize { get; init; }

    public required int QueryHeads { get; init; }

    public required int KeyValueHeads { get; init; }

    /// <summary>Makes the case.</summary>
    /// <param name="descriptor">The declaration.</param>
    /// <param name="device">A device that it declares.</param>
    /// <param name="whyNot">Why there is no case.</param>
    public static ProbeCase? TryCreate(BackendDescriptor descriptor, AttentionDevice device, out string whyNot)
    {
        whyNot = "";
        BackendSupport support = descriptor.SupportFor(device.Kind)!;
        if (support.Form != AttentionForm.MultiHead)
            whyNot = $"Not probed: the probe runs multi-head attention, and this backend's form is {support.Form}.";
        else if ((support.Types & AttentionTypes.Decoder) == 0)
            whyNot = $"Not probed: the probe runs a decoder's layer, and this backend declares {support.Types}.";
        else if (ElementTypeOf(support) is not { } type)
            whyNot = $"Not probed: the probe computes with Float32, Float16 or BFloat16, and this backend declares {support.ElementTypes}.";
        else if (HeadsOf(support) is not { } heads)
            whyNot = "Not probed: no number of query heads that this backend declares is a multiple of a group size that it declares.";
        else
        {
            ProbeCase made = new()
            {
                Device = device, ElementType = type, HeadSize = HeadSizeOf(support), PageSize = PageSizeOf(support), QueryHeads = heads.Query, KeyValueHeads = heads.KeyValue,
            };
            ImmutableArray<SelectionReason> reasons = descriptor.ReasonsAgainst(made.ToLayerOptions().ToRequest(made.PageSize));
            if (reasons.IsEmpty)
                return made;
            whyNot = $"Not probed: of its declaration the probe made {made}, which it does not accept: {string.Join("; ", reasons)}.";
        }

        return null;
    }

    public KeyValueCacheOptions ToCacheOptions(int pages) => new()
    {
        Device = Device, ElementType = ElementType, Layers = 1, Pages = pages, PageSize = PageSize, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize,
    };

    public AttentionLayerOptions ToLayerOptions() => new()
    {
        Device = Device, ElementType = ElementType, QueryHeads = QueryHeads, KeyValueHeads = KeyValueHeads, HeadSize = HeadSize,
    };

    public override string ToString() => $"{ElementType}, heads {QueryHeads}:{KeyValueHeads} of {HeadSize}, pages of {PageSize}";

    private static ElementType? ElementTypeOf(BackendSupport support)
    {
        foreach (ElementType type in (ReadOnlySpan<ElementType>)[ElementType.Float32, ElementType.Float16, ElementType.BFloat16])
        {
            if (((int)support.ElementTypes & (1 << (int)type)) != 0)
                return type;
        }

        return null;
    }

    private static int HeadSizeOf(BackendSupport support)
    {
        if (!support.HeadSizes.IsEmpty)
            return support.HeadSizes[0];
        int usual = Math.Clamp(64, support.MinHeadSize, support.MaxHeadSize), factor = support.HeadSizeMultipleOf;
        int up = (usual + factor - 1) / factor * factor;
        return up <= support.MaxHeadSize ? up : usual / factor * factor;
    }

    private static int PageSizeOf(BackendSupport support)
    {
        const int UsualSize = 16;
        if (!support.PageSizes.IsEmpty)
            return support.PageSizes[0];
        return UsualSize % support.PageSizeMultipleOf == 0 ? UsualSize : support.PageSizeMultipleOf;
    }

    // Two heads a group and two groups where that is allowed: one of each would not show which query head reads which KV head.
    private static (int Query, int KeyValue)? HeadsOf(BackendSupport support)
    {
        foreach (int group in support.GroupSizes.IsEmpty ? [2, 1] : support.GroupSizes)
        {
            foreach (int heads in support.QueryHeads.IsEmpty ? [2 * group, group] : support.QueryHeads)
            {
                if (heads % group == 0 && heads <= support.MaxQueryHeads)
                    return (heads, heads / group);
            }
        }

        return null;
    }
}
