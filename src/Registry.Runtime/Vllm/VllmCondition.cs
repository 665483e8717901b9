using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What a backend of vLLM has on some CUDA devices only.</summary>
/// <param name="MinComputeCapability">The lowest compute capability, ten times the major number plus the minor.</param>
/// <param name="MaxComputeCapability">The highest compute capability.</param>
public sealed record VllmCondition(int MinComputeCapability, int MaxComputeCapability)
{
    /// <summary>The features it has there.</summary>
    public AttentionFeatures Features { get; init; }

    /// <summary>The KV cache types it has there, by vLLM's names.</summary>
    public ImmutableArray<string> CacheTypes { get; init; } = [];

    /// <summary>The CUDA graph level it has there; null: the same as elsewhere.</summary>
    public GraphCaptureLevel? GraphCapture { get; init; }

    /// <summary>The cache layout it requires there; null: none.</summary>
    public VllmCacheLayout? RequiredCacheLayout { get; init; }

    /// <summary>Whether a device is one of them.</summary>
    /// <param name="device">The device.</param>
    public bool IsFor(AttentionDevice device) =>
        device.Kind == DeviceKind.Cuda && device.ComputeCapability >= MinComputeCapability && device.ComputeCapability <= MaxComputeCapability;
}
