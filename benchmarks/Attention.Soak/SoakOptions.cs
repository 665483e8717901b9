namespace AttentionGen.Soak;

/// <summary>What to run, and for how long.</summary>
internal sealed record SoakOptions
{
    public required AttentionDevice Device { get; init; }

    /// <summary>The backend's name; null: the selector's choice.</summary>
    public string? Backend { get; init; }

    public ElementType ElementType { get; init; } = ElementType.Float32;

    public int Steps { get; init; } = 200_000;

    /// <summary>Requests that are under way at most.</summary>
    public int MaxRequests { get; init; } = 8;

    /// <summary>Too few for all requests to grow at will, so that arrivals wait for departures.</summary>
    public int Pages { get; init; } = 48;

    public int PageSize { get; init; } = 16;

    public int Layers { get; init; } = 2;

    public int Seed { get; init; } = 1;

    public bool Json { get; init; }
}
