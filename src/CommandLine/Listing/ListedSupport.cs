using System.Collections.Immutable;
using AttentionGen.CommandLine.Output;

namespace AttentionGen.CommandLine.Listing;

/// <summary>What a class declares for one kind of device, as JSON has it: sets as lists, bounds that are none left out.</summary>
internal sealed record ListedSupport
{
    public required DeviceKind Device { get; init; }

    public int? MinComputeCapability { get; init; }

    public int? MaxComputeCapability { get; init; }

    public ImmutableArray<string> Architectures { get; init; } = [];

    public required string[] ElementTypes { get; init; }

    /// <summary>Those that the cache may have apart from the queries'.</summary>
    public required string[] CacheElementTypes { get; init; }

    public ImmutableArray<int> HeadSizes { get; init; } = [];

    public int MinHeadSize { get; init; }

    public int? MaxHeadSize { get; init; }

    public int HeadSizeMultipleOf { get; init; }

    public ImmutableArray<int> PageSizes { get; init; } = [];

    public int PageSizeMultipleOf { get; init; }

    public ImmutableArray<int> QueryHeads { get; init; } = [];

    public int? MaxQueryHeads { get; init; }

    public ImmutableArray<int> GroupSizes { get; init; } = [];

    public required string[] Types { get; init; }

    public required AttentionForm Form { get; init; }

    public required string[] Features { get; init; }

    public required GraphCaptureLevel GraphCapture { get; init; }

    public static ListedSupport Of(BackendSupport support) => new()
    {
        Device = support.Device,
        MinComputeCapability = support.MinComputeCapability == 0 ? null : support.MinComputeCapability,
        MaxComputeCapability = support.MaxComputeCapability == 0 ? null : support.MaxComputeCapability,
        Architectures = support.Architectures,
        ElementTypes = CapabilityWords.Members(support.ElementTypes),
        CacheElementTypes = CapabilityWords.Members(support.CacheElementTypes),
        HeadSizes = support.HeadSizes,
        MinHeadSize = support.MinHeadSize,
        MaxHeadSize = support.MaxHeadSize == int.MaxValue ? null : support.MaxHeadSize,
        HeadSizeMultipleOf = support.HeadSizeMultipleOf,
        PageSizes = support.PageSizes,
        PageSizeMultipleOf = support.PageSizeMultipleOf,
        QueryHeads = support.QueryHeads,
        MaxQueryHeads = support.MaxQueryHeads == int.MaxValue ? null : support.MaxQueryHeads,
        GroupSizes = support.GroupSizes,
        Types = CapabilityWords.Members(support.Types),
        Form = support.Form,
        Features = CapabilityWords.Members(support.Features),
        GraphCapture = support.GraphCapture,
    };
}
