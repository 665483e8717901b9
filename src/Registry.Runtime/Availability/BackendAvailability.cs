namespace AttentionGen;

/// <summary>What was found about one backend on one device.</summary>
public sealed record BackendAvailability
{
    /// <summary>The backend's name.</summary>
    public required string Name { get; init; }

    /// <summary>The furthest state that it reached.</summary>
    public required AvailabilityState State { get; init; }

    /// <summary>Why it got no further where it should have; null where nothing failed.</summary>
    public SelectionReason? Problem { get; init; }

    /// <summary>What was tried, for a reader: the libraries found, or the case that ran and its error.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether it may be selected: nothing that was tried failed.</summary>
    public bool IsUsable => Problem is null;
}
