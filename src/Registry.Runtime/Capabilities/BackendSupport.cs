using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What one backend supports on one kind of device, as its class declares it.</summary>
/// <seealso cref="AttentionSupportAttribute"/>
public sealed record BackendSupport
{
    /// <summary>The kind of device.</summary>
    public required DeviceKind Device { get; init; }

    /// <summary>The lowest CUDA compute capability, ten times the major number plus the minor (80 is 8.0); 0: any.</summary>
    public int MinComputeCapability { get; init; }

    /// <summary>The highest CUDA compute capability, written as <see cref="MinComputeCapability"/>; 0: any.</summary>
    public int MaxComputeCapability { get; init; }

    /// <summary>Prefixes of the architecture names that it runs on (<c>gfx9</c>); empty: any.</summary>
    public ImmutableArray<string> Architectures { get; init; } = [];

    /// <summary>The element types of queries, keys, values and output.</summary>
    public ElementTypes ElementTypes { get; init; }

    /// <summary>The element types that the KV cache may have apart from that of the queries.</summary>
    public ElementTypes CacheElementTypes { get; init; }

    /// <summary>The head sizes, or empty where only the three rules below hold.</summary>
    public ImmutableArray<int> HeadSizes { get; init; } = [];

    /// <summary>The smallest head size.</summary>
    public int MinHeadSize { get; init; } = 1;

    /// <summary>The largest head size.</summary>
    public int MaxHeadSize { get; init; } = int.MaxValue;

    /// <summary>A number that divides every head size.</summary>
    public int HeadSizeMultipleOf { get; init; } = 1;

    /// <summary>The page sizes in tokens, or empty where only <see cref="PageSizeMultipleOf"/> holds.</summary>
    public ImmutableArray<int> PageSizes { get; init; } = [];

    /// <summary>A number of tokens that divides every page size.</summary>
    public int PageSizeMultipleOf { get; init; } = 1;

    /// <summary>The numbers of query heads, or empty where only <see cref="MaxQueryHeads"/> holds.</summary>
    public ImmutableArray<int> QueryHeads { get; init; } = [];

    /// <summary>The largest number of query heads.</summary>
    public int MaxQueryHeads { get; init; } = int.MaxValue;

    /// <summary>The numbers of query heads that share a KV head, or empty for any.</summary>
    public ImmutableArray<int> GroupSizes { get; init; } = [];

    /// <summary>The roles in a model.</summary>
    public AttentionTypes Types { get; init; } = AttentionTypes.Decoder;

    /// <summary>What a row of the cache holds.</summary>
    public AttentionForm Form { get; init; }

    /// <summary>The features beyond plain causal attention.</summary>
    public AttentionFeatures Features { get; init; }

    /// <summary>For which batches a forward pass may be captured in a CUDA graph.</summary>
    public GraphCaptureLevel GraphCapture { get; init; }
}
