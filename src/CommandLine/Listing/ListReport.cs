using System.Collections.Immutable;
using System.Text.Json;

namespace AttentionGen.CommandLine.Listing;

/// <summary>What <c>attn list</c> found: every name of a registry.</summary>
internal sealed record ListReport
{
    /// <summary>The device that was probed; null: none.</summary>
    public string? Device { get; init; }

    public required ImmutableArray<ListedName> Names { get; init; }

    /// <summary>vLLM's capability sets of the in-tree names, where they were asked for.</summary>
    public ImmutableArray<ListedVllmBackend>? Vllm { get; init; }

    /// <summary>What went wrong beside the backends while they were probed.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <param name="registry">The registry.</param>
    /// <param name="availability">What was found about its backends; null: nobody looked.</param>
    public static ListReport Of(AttentionBackendRegistry registry, AvailabilitySnapshot? availability = null) => new()
    {
        Device = availability?.Device.ToString(),
        Names = [.. registry.Names.Select(name => Listed(registry.Resolve(name), availability?.Find(name)))],
        Notes = availability?.Notes ?? [],
    };

    public string ToJson() => JsonSerializer.Serialize(this, ListReportJsonContext.Default.ListReport);

    private static ListedName Listed(BackendResolution resolution, BackendAvailability? availability) => new()
    {
        Name = resolution.Name,
        InTree = resolution.Known is not null,
        Service = resolution.Service,
        TypeName = resolution.TypeName,
        AssemblyName = resolution.AssemblyName,
        Override = resolution.Service is BackendService.BuildTimeOverride or BackendService.RunTimeOverride,
        State = resolution.IsServed ? availability?.State ?? AvailabilityState.Declared : null,
        Problem = availability?.Problem?.ToString(),
        Detail = availability?.Detail,
        Reason = resolution.IsServed ? null : ReasonAgainst(resolution),
        Supports = [.. resolution.Descriptor?.Supports.Select(ListedSupport.Of) ?? []],
    };

    private static string ReasonAgainst(BackendResolution resolution) =>
        resolution.Known is { } known && UnservedNames.ReasonFor(known) is { } reason
            ? reason
            : "No class of this application carries it: reference the package that brings one, for example AttentionGen.Backends.";
}
