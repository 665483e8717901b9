using System.Collections.Immutable;
using System.Globalization;
using AttentionGen.CommandLine.Output;

namespace AttentionGen.CommandLine.Listing;

/// <summary>What vLLM's class of an in-tree name can do, as JSON has it.</summary>
internal sealed record ListedVllmBackend
{
    public required string Name { get; init; }

    public required string ClassPath { get; init; }

    /// <summary>The devices, with the compute capabilities or architectures that it needs.</summary>
    public required string[] Devices { get; init; }

    public required string[] ElementTypes { get; init; }

    /// <summary>The KV cache types, by vLLM's names.</summary>
    public required ImmutableArray<string> CacheTypes { get; init; }

    public required ImmutableArray<int> HeadSizes { get; init; }

    public required int MinHeadSize { get; init; }

    public required ImmutableArray<int> PageSizes { get; init; }

    public required string[] Types { get; init; }

    public required AttentionForm Form { get; init; }

    /// <summary>The features that it has on every device.</summary>
    public required string[] Features { get; init; }

    /// <summary>What it has on some CUDA devices only.</summary>
    public required ImmutableArray<ListedVllmCondition> Conditions { get; init; }

    public required GraphCaptureLevel GraphCapture { get; init; }

    /// <summary>The shape of its KV cache: nb pages, bs tokens a page, nkv KV heads, hs head size.</summary>
    public required string CacheShape { get; init; }

    public required string Kernel { get; init; }

    /// <summary>What its constructor raises or warns about though vLLM's selector takes it.</summary>
    public required ImmutableArray<string> ConstructorRules { get; init; }

    /// <summary>Features that it takes and then does not apply.</summary>
    public required string[] SilentlyIgnored { get; init; }

    public static ListedVllmBackend Of(VllmBackend backend) => new()
    {
        Name = backend.Name,
        ClassPath = backend.ClassPath,
        Devices = [.. backend.Devices.Select(device => DeviceOf(device, backend))],
        ElementTypes = CapabilityWords.Members(backend.ElementTypes),
        CacheTypes = backend.CacheTypes,
        HeadSizes = backend.HeadSizes,
        MinHeadSize = backend.MinHeadSize,
        PageSizes = backend.PageSizes,
        Types = CapabilityWords.Members(backend.Types),
        Form = backend.IsSparse ? AttentionForm.SparseMultiHeadLatent : backend.IsLatent ? AttentionForm.MultiHeadLatent : AttentionForm.MultiHead,
        Features = CapabilityWords.Members(backend.Features),
        Conditions = [.. backend.Conditions.Select(ListedVllmCondition.Of)],
        GraphCapture = backend.GraphCapture,
        CacheShape = backend.CacheShape,
        Kernel = backend.Kernel,
        ConstructorRules = backend.ConstructorRules,
        SilentlyIgnored = CapabilityWords.Members(backend.SilentlyIgnored),
    };

    /// <summary>The set in some lines.</summary>
    public IEnumerable<string> InWords()
    {
        yield return $"{string.Join(", ", ElementTypes)}; cache {string.Join(", ", CacheTypes)}";
        string heads = CapabilityWords.Sizes(HeadSizes, MinHeadSize, int.MaxValue, 1);
        string pages = PageSizes.IsEmpty ? "any" : $"multiples of {string.Join(", ", PageSizes)}";
        yield return $"{string.Join(", ", Types)}, {Form}; head size {heads}; page size {pages}; CUDA graphs {GraphCapture}";
        if (Features.Length > 0)
            yield return string.Join(", ", Features);
        foreach (ListedVllmCondition condition in Conditions)
            yield return condition.InWords();
        if (SilentlyIgnored.Length > 0)
            yield return $"takes and ignores {string.Join(", ", SilentlyIgnored)}";
    }

    private static string DeviceOf(DeviceKind device, VllmBackend backend) => CapabilityWords.Device(
        device,
        device == DeviceKind.Cuda ? backend.MinComputeCapability : 0,
        device == DeviceKind.Cuda ? backend.MaxComputeCapability : 0,
        device == DeviceKind.Rocm ? backend.Architectures : []);
}

/// <summary>What it has on some CUDA devices only.</summary>
internal sealed record ListedVllmCondition(
    int MinComputeCapability, int MaxComputeCapability, string[] Features, ImmutableArray<string> CacheTypes, GraphCaptureLevel? GraphCapture, VllmCacheLayout? RequiredCacheLayout)
{
    public static ListedVllmCondition Of(VllmCondition condition) => new(
        condition.MinComputeCapability, condition.MaxComputeCapability, CapabilityWords.Members(condition.Features), condition.CacheTypes, condition.GraphCapture, condition.RequiredCacheLayout);

    public string InWords()
    {
        List<string> parts = [.. Features];
        if (!CacheTypes.IsEmpty)
            parts.Add($"cache {string.Join(", ", CacheTypes)}");
        if (GraphCapture is { } graph)
            parts.Add($"CUDA graphs {graph}");
        if (RequiredCacheLayout is { } layout)
            parts.Add($"cache layout {layout}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"on {MinComputeCapability / 10}.{MinComputeCapability % 10} to {MaxComputeCapability / 10}.{MaxComputeCapability % 10}: {string.Join(", ", parts)}");
    }
}
