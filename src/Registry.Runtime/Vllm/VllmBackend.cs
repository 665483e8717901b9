using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// What vLLM's class of one of the 18 in-tree names can do, as vLLM's selector and constructors see it: the other side of a
/// name, beside what the class that carries it here declares.
/// </summary>
/// <remarks>
/// Element types, cache types, page sizes, head sizes, roles, sinks, windows and devices are those of the commit that had
/// exactly these 18 names (October 2025). What that commit's selector did not ask about (non-causal attention, bidirectional
/// spans, batch invariance, scales for each head, KV connectors, context parallelism, adaptive verification, FLASHINFER's
/// compute capabilities, 16-bit cache types by name) is that of the classes of August 2026. docs/vllm-rules.md has the table.
/// </remarks>
public sealed record VllmBackend
{
    /// <summary>The in-tree name.</summary>
    public required Backend Backend { get; init; }

    /// <summary>vLLM's spelling of the name.</summary>
    public string Name => BackendNames.All[(int)Backend];

    /// <summary>vLLM's class, by its full dotted path.</summary>
    public required string ClassPath { get; init; }

    /// <summary>The kinds of device that it runs on.</summary>
    public required ImmutableArray<DeviceKind> Devices { get; init; }

    /// <summary>The lowest CUDA compute capability, ten times the major number plus the minor; 0: any.</summary>
    public int MinComputeCapability { get; init; }

    /// <summary>The highest CUDA compute capability; 0: any.</summary>
    public int MaxComputeCapability { get; init; }

    /// <summary>Prefixes of the AMD architectures that it runs on; empty: any.</summary>
    public ImmutableArray<string> Architectures { get; init; } = [];

    /// <summary>The element types of queries, keys and values.</summary>
    public required ElementTypes ElementTypes { get; init; }

    /// <summary>
    /// The KV cache types, by vLLM's names: <c>auto</c>, <c>float16</c>, <c>bfloat16</c>, <c>fp8</c> (and its alias
    /// <c>fp8_e4m3</c>), <c>fp8_e5m2</c>, <c>fp8_ds_mla</c>.
    /// </summary>
    public required ImmutableArray<string> CacheTypes { get; init; }

    /// <summary>The page sizes of its kernels in tokens; a multiple of one of them is a page size too. Empty: any.</summary>
    public ImmutableArray<int> PageSizes { get; init; } = [];

    /// <summary>The head sizes; empty: those from <see cref="MinHeadSize"/>.</summary>
    public ImmutableArray<int> HeadSizes { get; init; } = [];

    /// <summary>The smallest head size.</summary>
    public int MinHeadSize { get; init; } = 1;

    /// <summary>The roles in a model.</summary>
    public AttentionTypes Types { get; init; } = AttentionTypes.Decoder;

    /// <summary>Whether it serves multi-head latent attention, and nothing else.</summary>
    public bool IsLatent { get; init; }

    /// <summary>Whether it serves sparse latent attention, and nothing else.</summary>
    public bool IsSparse { get; init; }

    /// <summary>
    /// The features that vLLM's selector asks about and that it has on every device it runs on: windows, sinks, non-causal
    /// attention, batch invariance, scales for each head, bidirectional spans, KV connectors, context-parallel prefill and
    /// query lengths that only the device knows.
    /// </summary>
    public AttentionFeatures Features { get; init; }

    /// <summary>What it has on some CUDA devices only.</summary>
    public ImmutableArray<VllmCondition> Conditions { get; init; } = [];

    /// <summary>For which batches a forward pass can be captured in a CUDA graph.</summary>
    public GraphCaptureLevel GraphCapture { get; init; }

    /// <summary>The most query tokens with which a request still counts as a decode.</summary>
    public int DecodeThreshold { get; init; } = 1;

    /// <summary>Whether the tokens speculated for a request, or its tree, raise <see cref="DecodeThreshold"/>.</summary>
    public bool DecodeThresholdGrows { get; init; }

    /// <summary>The shape of its KV cache: nb pages, bs tokens a page, nkv KV heads, hs head size.</summary>
    public required string CacheShape { get; init; }

    /// <summary>The cache layout it requires everywhere; null: none, or only under <see cref="Conditions"/>.</summary>
    public VllmCacheLayout? RequiredCacheLayout { get; init; }

    /// <summary>What computes it in vLLM.</summary>
    public required string Kernel { get; init; }

    /// <summary>Features for which vLLM's selector takes it and its constructor then raises.</summary>
    public AttentionFeatures RejectedByConstructor { get; init; }

    /// <summary>What its constructor raises or warns about though the selector takes it, in words; empty: nothing.</summary>
    public ImmutableArray<string> ConstructorRules { get; init; } = [];

    /// <summary>Features that its constructor takes and that are then not applied, without a word.</summary>
    public AttentionFeatures SilentlyIgnored { get; init; }

    /// <summary>The features of <see cref="SilentlyIgnored"/> that are ignored in prefill or in decode only.</summary>
    public AttentionFeatures IgnoredInOnePhase { get; init; }

    /// <summary>The features that vLLM's selector asks about and that it has on a device.</summary>
    /// <param name="device">The device.</param>
    public AttentionFeatures FeaturesOn(AttentionDevice device)
    {
        AttentionFeatures features = Features;
        foreach (VllmCondition condition in Conditions)
        {
            if (condition.IsFor(device))
                features |= condition.Features;
        }

        return features;
    }

    /// <summary>Whether its cache can have a type on a device.</summary>
    /// <param name="cacheType">vLLM's name of the type; <c>fp8</c> stands for <c>fp8_e4m3</c> too.</param>
    /// <param name="device">The device.</param>
    public bool SupportsCacheType(string cacheType, AttentionDevice device) => CacheTypesOn(device).Contains(cacheType);

    /// <summary>The KV cache types on a device, by vLLM's names.</summary>
    /// <param name="device">The device.</param>
    public ImmutableArray<string> CacheTypesOn(AttentionDevice device)
    {
        ImmutableArray<string> types = CacheTypes;
        foreach (VllmCondition condition in Conditions)
        {
            if (condition.IsFor(device))
                types = types.AddRange(condition.CacheTypes);
        }

        return types;
    }

    /// <summary>For which batches a forward pass can be captured in a CUDA graph on a device.</summary>
    /// <param name="device">The device.</param>
    public GraphCaptureLevel GraphCaptureOn(AttentionDevice device)
    {
        foreach (VllmCondition condition in Conditions)
        {
            if (condition.GraphCapture is { } level && condition.IsFor(device))
                return level;
        }

        return GraphCapture;
    }

    /// <summary>The cache layout it requires on a device; null: none.</summary>
    /// <param name="device">The device.</param>
    public VllmCacheLayout? RequiredCacheLayoutOn(AttentionDevice device)
    {
        foreach (VllmCondition condition in Conditions)
        {
            if (condition.RequiredCacheLayout is { } layout && condition.IsFor(device))
                return layout;
        }

        return RequiredCacheLayout;
    }

    /// <summary>Whether a head size is one of its.</summary>
    /// <param name="headSize">The head size; of latent attention that of a row of the cache.</param>
    public bool SupportsHeadSize(int headSize) => HeadSizes.IsEmpty ? headSize >= MinHeadSize : HeadSizes.Contains(headSize);

    /// <summary>Whether a page size is one of its: null, or a multiple of a page size of its kernels.</summary>
    /// <param name="pageSize">The page size in tokens, or null where it is left to the backend.</param>
    public bool SupportsPageSize(int? pageSize)
    {
        if (pageSize is not int size || PageSizes.IsEmpty)
            return true;

        foreach (int kernel in PageSizes)
        {
            if (size % kernel == 0)
                return true;
        }

        return false;
    }

    /// <summary>Whether it runs on a device.</summary>
    /// <param name="device">The device.</param>
    public bool SupportsDevice(AttentionDevice device) => Devices.Contains(device.Kind) && device.Kind switch
    {
        DeviceKind.Cuda => device.ComputeCapability >= MinComputeCapability
            && (MaxComputeCapability == 0 || device.ComputeCapability <= MaxComputeCapability),
        DeviceKind.Rocm => Architectures.IsEmpty || HasArchitecture(device.Architecture),
        _ => true,
    };

    private bool HasArchitecture(string? architecture)
    {
        foreach (string prefix in Architectures)
        {
            if (architecture?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }

        return false;
    }
}
