using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>One measured shape, and how long each backend took for it.</summary>
public sealed record TuningEntry
{
    /// <summary>The device, described; its index makes no difference.</summary>
    public required AttentionDevice Device { get; init; }

    /// <inheritdoc cref="AttentionRequest.ElementType"/>
    public required ElementType ElementType { get; init; }

    /// <summary>The element type of the KV cache.</summary>
    public required ElementType CacheElementType { get; init; }

    /// <summary>The size of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>The query heads that share a KV head.</summary>
    public required int GroupSize { get; init; }

    /// <summary>The features that were asked for.</summary>
    public AttentionFeatures Features { get; init; }

    /// <summary><see cref="AttentionPhase.Prefill"/> or <see cref="AttentionPhase.Decode"/>.</summary>
    public required AttentionPhase Phase { get; init; }

    /// <summary>The number of requests of a step.</summary>
    public required int Requests { get; init; }

    /// <summary>The number of keys of each request.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The backends that were measured, the fastest first.</summary>
    public required ImmutableArray<MeasuredBackend> Ranking { get; init; }

    /// <summary>Whether another entry was measured for the same; the index of the device makes no difference.</summary>
    internal bool IsSameShape(TuningEntry other) => this with { Device = other.Device, Ranking = other.Ranking } == other
        && Device with { Index = 0 } == other.Device with { Index = 0 };
}
