namespace AttentionGen;

/// <summary>Finds the configured choice that holds for a request.</summary>
internal static class ConfiguredChoice
{
    /// <exception cref="BackendSelectionException">
    /// Two choices of one specificity name different backends for the request, or one depends on what the request leaves open.
    /// </exception>
    public static ScopedBackendChoice? Find(SelectionOptions options, AttentionRequest request)
    {
        ScopedBackendChoice? best = null;
        foreach (ScopedBackendChoice choice in options.Choices)
        {
            if (choice.LayerKind is { } kind && kind != request.LayerKind)
                continue;
            if (choice.Layers is { } layers && (request.Layer ?? throw Undecided(choice, options, request, nameof(AttentionRequest.Layer))) is int layer && !layers.Contains(layer))
                continue;
            if (choice.Phase is { } phase and not AttentionPhase.Any
                && (request.Phase == AttentionPhase.Any ? throw Undecided(choice, options, request, nameof(AttentionRequest.Phase)) : request.Phase) != phase)
            {
                continue;
            }

            if (best is not null && best.Specificity == choice.Specificity && !best.Backend.Equals(choice.Backend, StringComparison.OrdinalIgnoreCase))
            {
                throw new BackendSelectionException(
                    $"The configuration contradicts itself: {best}, and {choice}; both match the request. Remove one of them, or make one more specific.", request, options, []);
            }

            if (best is null || choice.Specificity > best.Specificity)
                best = choice;
        }

        return best;
    }

    // Taking no notice of the choice would ignore what the user configured.
    private static BackendSelectionException Undecided(
        ScopedBackendChoice choice, SelectionOptions options, AttentionRequest request, string member) => new(
        $"The configuration chooses {choice}, but the request does not say its {member}. Set {nameof(AttentionRequest)}.{member}, or remove that from the choice.", request, options, []);
}
