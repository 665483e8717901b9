using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>One row of <see cref="VllmPriorities"/>: an order of names, and the requests and platforms that it is for.</summary>
public sealed record VllmPriorityRow
{
    /// <summary>The kind of device.</summary>
    public required DeviceKind Device { get; init; }

    /// <summary>vLLM's order, the preferred first, with names that are not among the 18.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>Whether the attention is latent, dense or sparse; null: either.</summary>
    public bool? Latent { get; init; }

    /// <summary>Whether the attention is sparse; null: either.</summary>
    public bool? Sparse { get; init; }

    /// <summary>The major number of the compute capability; null: any.</summary>
    public int? Major { get; init; }

    /// <summary>Whether non-causal attention is asked; null: either.</summary>
    public bool? NonCausal { get; init; }

    /// <summary>Whether the cache is quantised or there are at most 16 query heads; null: either.</summary>
    public bool? QuantizedOrFewHeads { get; init; }

    /// <summary>Whether bidirectional spans are asked; null: either.</summary>
    public bool? BidirectionalSpans { get; init; }

    /// <summary>Whether queries are float32; null: either.</summary>
    public bool? Float32 { get; init; }

    /// <summary>Whether AITER's latent attention is switched on; null: either.</summary>
    public bool? AiterLatentEnabled { get; init; }

    /// <summary>Whether the row is for a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="platform">How vLLM was built and set up.</param>
    public bool IsFor(AttentionRequest request, VllmPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(platform);
        return request.Device.Kind == Device
            && (Major is null || Major == request.Device.ComputeCapability / 10)
            && Matches(Latent, VllmTerms.UsesLatent(request))
            && Matches(Sparse, VllmTerms.UsesSparse(request))
            && Matches(NonCausal, VllmTerms.Has(request, AttentionFeatures.NonCausal))
            && Matches(QuantizedOrFewHeads, request.QueryHeads <= 16 || VllmTerms.HasQuantizedCache(request))
            && Matches(BidirectionalSpans, VllmTerms.Has(request, AttentionFeatures.BidirectionalSpans))
            && Matches(Float32, request.ElementType == ElementType.Float32)
            && Matches(AiterLatentEnabled, platform.AiterLatentEnabled);
    }

    private static bool Matches(bool? wanted, bool actual) => wanted is null || wanted == actual;
}
