using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What a selection depends on beside the request and the registry. Unchangeable, so that selections can be kept.</summary>
public sealed class SelectionOptions
{
    /// <summary>The default rules and nothing configured, looked up or measured.</summary>
    public static SelectionOptions Default { get; } = new();

    /// <summary>By what candidates are weighed.</summary>
    public SelectionRules Rules { get; init; } = SelectionRules.Default;

    /// <summary>The backends that configuration names. They come after the request's and before the environment's.</summary>
    public ImmutableArray<ScopedBackendChoice> Choices { get; init; } = [];

    /// <summary>Names of backends that are out, in any case. Naming one of them all the same is an error.</summary>
    public ImmutableArray<string> Disabled { get; init; } = [];

    /// <summary>
    /// What was found about the backends on the device; those that cannot be loaded or failed their probe are out, with the
    /// reason. Null: nobody looked, and all that is declared is taken for true.
    /// </summary>
    public AvailabilitySnapshot? Availability { get; init; }

    /// <summary>A measured ranking, which comes before that of the rules where it has the request; null: none.</summary>
    public TuningTable? Tuning { get; init; }
}
