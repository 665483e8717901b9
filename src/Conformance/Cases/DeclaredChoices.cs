using System.Collections.Immutable;
using AttentionGen.Conformance.Execution;

namespace AttentionGen.Conformance.Cases;

/// <summary>What a backend declares, as values to build cases from.</summary>
internal sealed class DeclaredChoices
{
    private static readonly int[] s_headSizes = [64, 128, 1, 8, 16, 24, 32, 40, 48, 72, 80, 96, 112, 120, 160, 192, 200, 256, 512, 576];
    private static readonly int[] s_pageSizes = [16, 1, 3, 8, 32, 64, 128, 256];

    private readonly BackendUnderTest _target;

    public DeclaredChoices(BackendUnderTest target, ConformanceThoroughness thoroughness)
    {
        _target = target;
        Thoroughness = thoroughness;
        BackendSupport support = target.Support;
        ElementTypes = [.. Enum.GetValues<ElementType>().Where(type => Contains(support.ElementTypes, type))];
        CacheElementTypes = [.. Enum.GetValues<ElementType>().Where(type => Contains(support.CacheElementTypes, type))];
        HeadSizes = HeadSizesOf(support);
        PageSizes = PageSizesOf(support);
        bool isLatent = support.Form != AttentionForm.MultiHead;
        DeclaredHeads heads = new(support);
        Heads = heads.Usual;
        (int plainQueryHeads, int plainKeyValueHeads) = heads.Nearest(isLatent ? (16, 1) : IsFull ? (32, 8) : (8, 2));
        (int smallQueryHeads, int smallKeyValueHeads) = heads.Nearest(isLatent ? (5, 1) : (4, 2));
        Plain = new AttentionCase
        {
            Batch = "",
            Requests = [],
            QueryHeads = plainQueryHeads,
            KeyValueHeads = plainKeyValueHeads,
            HeadSize = HeadSizes.Length == 0 ? 64 : IsFull && HeadSizes.Contains(128) ? 128 : HeadSizes[0],
            PageSize = PageSizes.Length == 0 ? 16 : PageSizes[0],
            ElementType = ElementTypes.Length == 0 ? ElementType.Float32 : ElementTypes[0],
            Form = support.Form,
        };
        if (isLatent && Plain.HeadSize > 64)
            Plain = Plain with { ValueHeadSize = Plain.HeadSize - 64, Scale = 0.1f };
        Small = Plain with { QueryHeads = smallQueryHeads, KeyValueHeads = smallKeyValueHeads, HeadSize = HeadSizes.Length == 0 ? 64 : HeadSizes[0] };
    }

    public ConformanceThoroughness Thoroughness { get; }

    public bool IsFull => Thoroughness == ConformanceThoroughness.Full;

    public ElementType[] ElementTypes { get; }

    /// <summary>The types that only a cache may have beside that of the queries.</summary>
    public ElementType[] CacheElementTypes { get; }

    /// <summary>Numbers of query and KV heads, the smaller first where only some are declared.</summary>
    public ImmutableArray<(int Query, int KeyValue)> Heads { get; }

    /// <summary>Whether not all numbers of heads are declared.</summary>
    public bool RestrictsHeads =>
        !_target.Support.QueryHeads.IsEmpty || !_target.Support.GroupSizes.IsEmpty || _target.Support.MaxQueryHeads != int.MaxValue;

    /// <summary>The listed head sizes, or samples of the declared range with its ends; the most usual first.</summary>
    public int[] HeadSizes { get; }

    /// <summary>The listed page sizes, or samples; the most usual first.</summary>
    public int[] PageSizes { get; }

    /// <summary>The layouts of a cache that the backend reads when it is asked to.</summary>
    public IEnumerable<KeyValueCacheLayout> OtherCacheLayouts => _target.Backend.CacheLayouts.Skip(1);

    /// <summary>A case without features at the size of a model; its batch is to be set.</summary>
    public AttentionCase Plain { get; }

    /// <summary>The same with few heads, for cases whose size does not matter.</summary>
    public AttentionCase Small { get; }

    /// <summary>A float32 case where float32 is declared, and one of the 16-bit types.</summary>
    public ElementType[] TwoElementTypes => ElementTypes.Length <= 1 ? ElementTypes : [ElementTypes[0], ElementTypes[^1]];

    /// <summary>Whether a feature is declared.</summary>
    public bool Declares(AttentionFeatures feature) => _target.Declares(feature);

    /// <summary>Whether the declaration has nothing against a case.</summary>
    public bool Accepts(AttentionCase attentionCase)
    {
        try
        {
            return _target.Descriptor.ReasonsAgainst(attentionCase.ToLayerOptions(_target.Device).ToRequest(attentionCase.PageSize)).IsEmpty;
        }
        catch (ArgumentException)
        {
            // The case asks what has no meaning, such as a window of cross-attention.
            return false;
        }
    }

    public static bool Contains(ElementTypes set, ElementType type) => ((int)set & (1 << (int)type)) != 0;

    private static int[] HeadSizesOf(BackendSupport support)
    {
        IEnumerable<int> candidates = support.HeadSizes.IsEmpty
            ? s_headSizes.Concat([support.MinHeadSize, RoundUp(support.MinHeadSize, support.HeadSizeMultipleOf), support.MaxHeadSize / support.HeadSizeMultipleOf * support.HeadSizeMultipleOf])
            : support.HeadSizes.OrderBy(static size => size == 64 ? 0 : size);
        const int Largest = 2048;
        return [.. candidates
            .Where(size => size <= Largest && size >= support.MinHeadSize && size <= support.MaxHeadSize && size % support.HeadSizeMultipleOf == 0)
            .Distinct()];
    }

    private static int[] PageSizesOf(BackendSupport support)
    {
        IEnumerable<int> candidates = support.PageSizes.IsEmpty
            ? s_pageSizes.Append(support.PageSizeMultipleOf)
            : support.PageSizes.OrderBy(static size => size == 16 ? 0 : size);
        return [.. candidates.Where(size => size % support.PageSizeMultipleOf == 0).Distinct()];
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
