using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// Picks a backend for a request. A pure function of its arguments: the same registry, request and choice give the same
/// answer, and no device is needed to ask.
/// </summary>
public static class AttentionSelector
{
    /// <summary>Selects a backend.</summary>
    /// <param name="registry">The registered backends.</param>
    /// <param name="request">What the model and the device ask for.</param>
    /// <param name="choice">A backend named outside the request, or null; the request's own choice takes precedence.</param>
    /// <returns>The winner, with a verdict on every registered backend.</returns>
    /// <exception cref="ArgumentException">The request contradicts itself.</exception>
    /// <exception cref="UnknownBackendException">The named backend is not registered.</exception>
    /// <exception cref="BackendSelectionException">
    /// The named backend does not support the request, or no registered one does; the message gives every reason.
    /// </exception>
    public static Selection Select(AttentionBackendRegistry registry, AttentionRequest request, BackendChoice? choice = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        if (request.Backend is not null)
            choice = new BackendChoice(request.Backend, BackendChoiceSource.Request);

        ImmutableArray<CandidateVerdict> candidates = Judge(registry, request);
        if (choice is not null)
            return SelectNamed(registry, request, choice, candidates);

        return candidates.FirstOrDefault(static candidate => candidate.IsSupported) is { } winner
            ? new Selection(registry, request, winner.Backend, BackendChoiceSource.Automatic, candidates)
            : throw new BackendSelectionException(NoneMessage(request, candidates), request, candidates);
    }

    private static ImmutableArray<CandidateVerdict> Judge(AttentionBackendRegistry registry, AttentionRequest request) =>
    [
        .. registry.Backends
            .Select(backend => new CandidateVerdict(
                backend, BackendRanking.RankOf(backend, request.Device.Kind), SupportCheck.Check(backend, request)))
            .OrderBy(static candidate => candidate.Rank)
            .ThenBy(static candidate => candidate.Backend.Name, StringComparer.Ordinal),
    ];

    private static Selection SelectNamed(
        AttentionBackendRegistry registry, AttentionRequest request, BackendChoice choice, ImmutableArray<CandidateVerdict> candidates)
    {
        int index = registry.IndexOf(choice.Name);
        if (index < 0)
            throw UnknownBackendException.ForUnknownName(choice.Name, registry);

        string name = registry.Names[index];
        CandidateVerdict verdict = candidates.FirstOrDefault(candidate => candidate.Backend.Name == name)
            ?? throw UnknownBackendException.ForUnservedName(name, registry);
        return verdict.IsSupported
            ? new Selection(registry, request, verdict.Backend, choice.Source, candidates)
            : throw new BackendSelectionException(RefusedMessage(choice, verdict, candidates), request, candidates);
    }

    private static string RefusedMessage(BackendChoice choice, CandidateVerdict verdict, ImmutableArray<CandidateVerdict> candidates)
    {
        string source = choice.Source == BackendChoiceSource.Environment
            ? $" (named by the environment variable {BackendChoice.EnvironmentVariable})"
            : "";
        string[] alternatives = [.. candidates.Where(static c => c.IsSupported).Select(static c => c.Backend.Name)];
        string remedy = alternatives.Length == 0
            ? "No registered backend supports the request."
            : $"Backends that support the request: {string.Join(", ", alternatives)}.";
        return $"{verdict.Backend.Name}{source} cannot serve the request: {string.Join("; ", verdict.Reasons)}. {remedy}";
    }

    private static string NoneMessage(AttentionRequest request, ImmutableArray<CandidateVerdict> candidates) =>
        candidates.IsEmpty
            ? "No attention backend is registered. Reference a package that brings one, for example AttentionGen.Backends."
            : $"No registered backend supports the request on {request.Device}."
                + string.Concat(candidates.Select(static c => $"{Environment.NewLine}  {c.Backend.Name}: {string.Join("; ", c.Reasons)}"));
}
