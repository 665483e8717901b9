using System.Collections.Immutable;

namespace AttentionGen.CommandLine.Listing;

/// <summary>One name of the registry: what serves it, or why nothing does.</summary>
internal sealed record ListedName
{
    public required string Name { get; init; }

    /// <summary>Whether it is one of the 18 in-tree names.</summary>
    public required bool InTree { get; init; }

    public required BackendService Service { get; init; }

    public string? TypeName { get; init; }

    /// <summary>The assembly, which is called as its package is.</summary>
    public string? AssemblyName { get; init; }

    /// <summary>Whether the class, or a factory set at run time, took the place of another.</summary>
    public required bool Override { get; init; }

    /// <summary>How far it is known to be usable on <see cref="ListReport.Device"/>; null where nothing serves it.</summary>
    public AvailabilityState? State { get; init; }

    /// <summary>Why it got no further when it was probed.</summary>
    public string? Problem { get; init; }

    /// <summary>What was tried when it was probed.</summary>
    public string? Detail { get; init; }

    /// <summary>Why nothing serves it.</summary>
    public string? Reason { get; init; }

    public ImmutableArray<ListedSupport> Supports { get; init; } = [];
}
