namespace AttentionGen.Tests;

/// <summary>
/// Which configured choice holds: where the request leaves something open, every way of closing it is tried, and there is an
/// answer only where all agree.
/// </summary>
internal static class ChoiceOracle
{
    /// <summary>What stands for no choice at all.</summary>
    public const string None = "";

    /// <summary>The name in capitals, "AUTO" or <see cref="None"/>; null: an error.</summary>
    public static string? Resolve(IReadOnlyList<ScopedBackendChoice> choices, AttentionRequest request)
    {
        ScopedBackendChoice[] possible = [.. choices.Where(choice => MayMatch(choice, request))];
        ScopedBackendChoice[] open = [.. possible.Where(choice => IsOpen(choice, request))];
        HashSet<string?> answers = [];
        for (int world = 0; world < 1 << open.Length; world++)
            answers.Add(Holds([.. possible.Where(choice => Array.IndexOf(open, choice) is var place && (place < 0 || (world >> place & 1) == 1))]));
        return answers.Count == 1 ? answers.Single() : null;
    }

    private static string? Holds(ScopedBackendChoice[] matching)
    {
        if (matching.Length == 0)
            return None;
        (bool, bool, bool) best = matching.Max(Specificity);
        string[] names = [.. matching.Where(choice => Specificity(choice) == best).Select(static choice => choice.Backend.Trim().ToUpperInvariant()).Distinct()];
        return names.Length == 1 ? names[0] : null;
    }

    private static (bool Layers, bool Kind, bool Phase) Specificity(ScopedBackendChoice choice) =>
        (choice.Layers is not null, choice.LayerKind is not null, choice.Phase is not (null or AttentionPhase.Any));

    private static bool MayMatch(ScopedBackendChoice choice, AttentionRequest request) =>
        (choice.LayerKind is null || choice.LayerKind == request.LayerKind)
        && (choice.Layers is null || request.Layer is null || choice.Layers.Contains(request.Layer.Value))
        && (choice.Phase is null or AttentionPhase.Any || request.Phase == AttentionPhase.Any || choice.Phase == request.Phase);

    private static bool IsOpen(ScopedBackendChoice choice, AttentionRequest request) =>
        (choice.Layers is not null && request.Layer is null) || (choice.Phase is not (null or AttentionPhase.Any) && request.Phase == AttentionPhase.Any);
}
