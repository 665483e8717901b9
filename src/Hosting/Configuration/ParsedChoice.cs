namespace AttentionGen.Hosting;

/// <summary>A choice that was read, and the place of its option.</summary>
/// <param name="Key">The place, for example <c>Choices:1</c>.</param>
/// <param name="Choice">The choice.</param>
internal sealed record ParsedChoice(string Key, ScopedBackendChoice Choice)
{
    public bool IsAutomatic => Is(ScopedBackendChoice.Automatic);

    /// <summary>The option that holds the backend's name.</summary>
    public string BackendKey => Key.Length == 0 ? nameof(AttentionOptions.Backend) : $"{Key}:{nameof(AttentionChoiceOptions.Backend)}";

    public bool Is(string name) => Choice.Backend.Trim().Equals(name.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether some request matches both, and neither is more specific.</summary>
    public bool Meets(ParsedChoice other) =>
        Choice.LayerKind == other.Choice.LayerKind
        && Choice.Phase == other.Choice.Phase
        && (Choice.Layers is null) == (other.Choice.Layers is null)
        && (Choice.Layers is null || Choice.Layers.Overlaps(other.Choice.Layers!));
}
