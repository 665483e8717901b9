namespace AttentionGen;

/// <summary>
/// A backend chosen by configuration for a part of a model: for some layers, a kind of layer, a phase, or for all of it where
/// none of these is given.
/// </summary>
/// <remarks>
/// Of the choices that match a request the most specific holds: layers before kinds of layer before phases before all. So a
/// choice for a phase of some layers comes before one for those layers.
/// </remarks>
public sealed record ScopedBackendChoice
{
    /// <summary>The text that stands for the automatic choice; in any case.</summary>
    public const string Automatic = "auto";

    /// <summary>The backend's name in any case, or <see cref="Automatic"/> to except this part from a wider choice.</summary>
    public required string Backend { get; init; }

    /// <summary>The layers; null: all.</summary>
    public LayerRanges? Layers { get; init; }

    /// <summary>The kind of layer; null: all.</summary>
    public AttentionLayerKind? LayerKind { get; init; }

    /// <summary>The phase; null or <see cref="AttentionPhase.Any"/>: all.</summary>
    public AttentionPhase? Phase { get; init; }

    /// <summary>How specific the choice is; the greater holds.</summary>
    internal int Specificity => (Layers is null ? 0 : 4) + (LayerKind is null ? 0 : 2) + (IsForOnePhase ? 1 : 0);

    /// <summary>Whether the choice is for one phase; <see cref="AttentionPhase.Any"/> stands for all, as null does.</summary>
    internal bool IsForOnePhase => Phase is not (null or AttentionPhase.Any);

    internal bool IsAutomatic => string.Equals(Backend.Trim(), Automatic, StringComparison.OrdinalIgnoreCase);

    internal bool NamesTheBackendOf(ScopedBackendChoice other) =>
        Backend.AsSpan().Trim().Equals(other.Backend.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>The part of the model that the choice is for, in words.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        if (Layers is not null)
            parts.Add($"layers {Layers}");
        if (LayerKind is not null)
            parts.Add($"layers of the kind {LayerKind}");
        if (IsForOnePhase)
            parts.Add($"the phase {Phase}");
        return parts.Count == 0 ? $"{Backend} for all layers" : $"{Backend} for {string.Join(", ", parts)}";
    }
}
