namespace AttentionGen;

/// <summary>Finds the configured choice that holds for a request.</summary>
internal static class ConfiguredChoice
{
    /// <returns>The most specific choice that matches, or null where none does. The order of the choices makes no difference.</returns>
    /// <exception cref="BackendSelectionException">
    /// Two choices of one specificity name different backends for the request, or one depends on what the request leaves open
    /// and would change the answer.
    /// </exception>
    public static ScopedBackendChoice? Find(SelectionOptions options, AttentionRequest request)
    {
        ScopedBackendChoice? best = null;
        foreach (ScopedBackendChoice choice in options.Choices)
        {
            if ((best is null || choice.Specificity > best.Specificity) && Matches(choice, request) == true)
                best = choice;
        }

        foreach (ScopedBackendChoice choice in options.Choices)
        {
            if (best is not null && (choice.Specificity < best.Specificity || choice.NamesTheBackendOf(best)))
                continue;
            switch (Matches(choice, request))
            {
                case null:
                    throw Undecided(choice, options, request);
                case true:
                    throw new BackendSelectionException(
                        $"The configuration contradicts itself: {best}, and {choice}; both match the request. Remove one of them, or make one more specific.", request, options, []);
            }
        }

        return best;
    }

    /// <summary>Null: it depends on what the request leaves open.</summary>
    private static bool? Matches(ScopedBackendChoice choice, AttentionRequest request)
    {
        if (choice.LayerKind is { } kind && kind != request.LayerKind)
            return false;
        if (choice.Layers is { } layers && request.Layer is int layer && !layers.Contains(layer))
            return false;
        if (choice.IsForOnePhase && request.Phase != AttentionPhase.Any && request.Phase != choice.Phase)
            return false;
        return LeavesLayerOpen(choice, request) || LeavesPhaseOpen(choice, request) ? null : true;
    }

    private static bool LeavesLayerOpen(ScopedBackendChoice choice, AttentionRequest request) => choice.Layers is not null && request.Layer is null;

    private static bool LeavesPhaseOpen(ScopedBackendChoice choice, AttentionRequest request) => choice.IsForOnePhase && request.Phase == AttentionPhase.Any;

    // Taking no notice of the choice would ignore what the user configured.
    private static BackendSelectionException Undecided(ScopedBackendChoice choice, SelectionOptions options, AttentionRequest request)
    {
        string member = LeavesLayerOpen(choice, request) ? nameof(AttentionRequest.Layer) : nameof(AttentionRequest.Phase);
        return new(
            $"The configuration chooses {choice}, but the request does not say its {member}. Set {nameof(AttentionRequest)}.{member}, or remove that from the choice.", request, options, []);
    }
}
