using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>One row of a <see cref="PriorityTable"/>: an order of names, and the requests that it is for.</summary>
public sealed record PriorityRow
{
    /// <summary>The kind of device.</summary>
    public required DeviceKind Device { get; init; }

    /// <summary>The names, the preferred first. Names that nothing serves are skipped.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>The form of attention; null: any.</summary>
    public AttentionForm? Form { get; init; }

    /// <summary>The lowest compute capability, ten times the major number plus the minor.</summary>
    public int MinComputeCapability { get; init; }

    /// <summary>The highest compute capability; 0: any.</summary>
    public int MaxComputeCapability { get; init; }

    /// <summary>The phase; null: any.</summary>
    public AttentionPhase? Phase { get; init; }

    /// <summary>Features that the request has to ask for.</summary>
    public AttentionFeatures Features { get; init; }

    /// <summary>Whether the row is for a request.</summary>
    /// <param name="request">The request.</param>
    public bool IsFor(AttentionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        int capability = request.Device.ComputeCapability;
        return request.Device.Kind == Device
            && (Form is null || request.Form == Form)
            && (Phase is null || request.Phase == Phase)
            && (request.Features & Features) == Features
            && capability >= MinComputeCapability
            && (MaxComputeCapability == 0 || capability <= MaxComputeCapability);
    }
}
