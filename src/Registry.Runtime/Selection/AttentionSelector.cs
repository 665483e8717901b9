using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// Picks a backend for a request. A pure function of its arguments: the same registry, request, options and choice give the
/// same answer, and no device is needed to ask.
/// </summary>
/// <remarks>
/// A backend that is named is strict: it is picked or refused with its reasons, and never replaced. It may be named by the
/// request, by configuration or by the environment, in this order. Otherwise the best candidate without a reason against it
/// is picked: the fastest, where the options have a measurement for the request, else the first of the rules' order.
/// </remarks>
public static class AttentionSelector
{
    /// <summary>Selects a backend.</summary>
    /// <param name="registry">The registered backends.</param>
    /// <param name="request">What the model and the device ask for.</param>
    /// <param name="options">Rules, configuration, availability and measurements; null: the default.</param>
    /// <param name="environment">A backend named by the environment, or null; request and configuration take precedence.</param>
    /// <returns>The winner, with a verdict on every candidate.</returns>
    /// <exception cref="InvalidAttentionRequestException">The request contradicts itself.</exception>
    /// <exception cref="UnknownBackendException">A backend is named that is not registered.</exception>
    /// <exception cref="BackendSelectionException">
    /// The named backend does not support the request, or no candidate does; the message gives every reason. Or the
    /// configuration contradicts itself.
    /// </exception>
    public static Selection Select(
        AttentionBackendRegistry registry, AttentionRequest request, SelectionOptions? options = null, BackendChoice? environment = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(request);
        options ??= SelectionOptions.Default;
        request.Validate();
        ThrowIfUnknown(registry, options);
        BackendChoice? choice = ChoiceFor(request, options, environment);
        TuningEntry? measured = options.Tuning?.Find(request);
        ImmutableArray<CandidateVerdict> candidates = Judge(registry, request, options, measured);
        if (choice is not null)
            return SelectNamed(registry, request, options, choice, candidates, measured);

        foreach (CandidateVerdict candidate in candidates)
        {
            if (candidate is { IsSupported: true, Backend: { } backend, Rank: not null })
                return new Selection(registry, request, options, backend, null, candidates, measured);
        }

        throw new BackendSelectionException(NoneMessage(registry, request, candidates), request, options, candidates)
        {
            Cause = candidates.SelectMany(static candidate => candidate.Reasons).FirstOrDefault()?.Code,
        };
    }

    private static void ThrowIfUnknown(AttentionBackendRegistry registry, SelectionOptions options)
    {
        foreach (ScopedBackendChoice choice in options.Choices)
        {
            if (!choice.IsAutomatic && registry.IndexOf(choice.Backend.AsSpan().Trim()) < 0)
                throw UnknownBackendException.ForUnknownName(choice.Backend, registry);
        }

        foreach (string name in options.Disabled)
        {
            if (registry.IndexOf(name.AsSpan().Trim()) < 0)
                throw UnknownBackendException.ForUnknownName(name, registry);
        }
    }

    private static BackendChoice? ChoiceFor(AttentionRequest request, SelectionOptions options, BackendChoice? environment)
    {
        if (request.Backend is not null)
            return new BackendChoice(request.Backend.Trim(), BackendChoiceSource.Request);
        if (ConfiguredChoice.Find(options, request) is { } configured)
            return configured.IsAutomatic ? null : new BackendChoice(configured.Backend.Trim(), BackendChoiceSource.Configuration);
        return environment;
    }

    private static ImmutableArray<CandidateVerdict> Judge(
        AttentionBackendRegistry registry, AttentionRequest request, SelectionOptions options, TuningEntry? measured)
    {
        ImmutableArray<CandidateVerdict> verdicts = options.Rules.Judge(registry, request);
        var candidates = ImmutableArray.CreateBuilder<CandidateVerdict>(verdicts.Length);
        foreach (CandidateVerdict verdict in verdicts)
            candidates.Add(WithOptions(verdict, request, options, measured));

        candidates.Sort(CandidateOrder.Instance);
        return candidates.MoveToImmutable();
    }

    private static CandidateVerdict WithOptions(
        CandidateVerdict verdict, AttentionRequest request, SelectionOptions options, TuningEntry? measured)
    {
        ImmutableArray<SelectionReason> reasons = verdict.Reasons;
        foreach (string name in options.Disabled)
        {
            if (verdict.Name.AsSpan().Equals(name.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase))
            {
                reasons = reasons.Add(new(ReasonCode.Disabled, verdict.Name, "the backends that are not disabled", "enable it or use another backend"));
                break;
            }
        }

        BackendAvailability? availability = options.Availability is { } snapshot && IsSameDevice(snapshot.Device, request.Device)
            ? snapshot.Find(verdict.Name)
            : null;
        if (availability?.Problem is { } problem)
            reasons = reasons.Add(problem);

        double? microseconds = null;
        if (measured is not null)
        {
            foreach (MeasuredBackend backend in measured.Ranking)
            {
                if (backend.Name == verdict.Name)
                    microseconds = backend.Microseconds;
            }
        }

        return availability is null && microseconds is null && reasons == verdict.Reasons
            ? verdict
            : verdict with { Reasons = reasons, Availability = availability, MeasuredMicroseconds = microseconds };
    }

    // A device that was described without an index or a capability may still be the one that was looked at.
    private static bool IsSameDevice(AttentionDevice found, AttentionDevice asked) =>
        found.Kind == asked.Kind && found.Index == asked.Index
        && (asked.ComputeCapability == 0 || found.ComputeCapability == asked.ComputeCapability)
        && (asked.Architecture is null || string.Equals(found.Architecture, asked.Architecture, StringComparison.OrdinalIgnoreCase));

    private static Selection SelectNamed(
        AttentionBackendRegistry registry, AttentionRequest request, SelectionOptions options, BackendChoice choice,
        ImmutableArray<CandidateVerdict> candidates, TuningEntry? measured)
    {
        int index = registry.IndexOf(choice.Name.AsSpan().Trim());
        if (index < 0)
            throw UnknownBackendException.ForUnknownName(choice.Name, registry);

        string name = registry.Names[index];
        CandidateVerdict? verdict = candidates.FirstOrDefault(candidate => candidate.Name == name);
        if (verdict?.Backend is not { } backend)
            throw UnknownBackendException.ForUnservedName(name, registry);
        return verdict.IsSupported
            ? new Selection(registry, request, options, backend, choice, candidates, measured)
            : throw new BackendSelectionException(RefusedMessage(choice, verdict, candidates), request, options, candidates) { Cause = verdict.Reasons[0].Code };
    }

    private static string RefusedMessage(BackendChoice choice, CandidateVerdict verdict, ImmutableArray<CandidateVerdict> candidates)
    {
        string source = choice.Source switch
        {
            BackendChoiceSource.Environment => $" (named by the environment variable {BackendChoice.EnvironmentVariable})",
            BackendChoiceSource.Configuration => " (named by the configuration)",
            _ => "",
        };
        string[] alternatives = [.. candidates.Where(static c => c is { IsSupported: true, Backend: not null }).Select(static c => c.Name)];
        string remedy = alternatives.Length == 0
            ? "No registered backend supports the request."
            : $"Backends that support the request: {string.Join(", ", alternatives)}.";
        return $"{verdict.Name}{source} cannot serve the request: {string.Join("; ", verdict.Reasons)}. {remedy}";
    }

    private static string NoneMessage(AttentionBackendRegistry registry, AttentionRequest request, ImmutableArray<CandidateVerdict> candidates) =>
        registry.Backends.IsEmpty
            ? "No attention backend is registered. Reference a package that brings one, for example AttentionGen.Backends."
            : $"No registered backend supports the request on {request.Device}."
                + string.Concat(candidates.Select(static c => $"{Environment.NewLine}  {c.Name}: {WhyNot(c)}"));

    private static string WhyNot(CandidateVerdict candidate) =>
        candidate.Reasons.IsEmpty ? "supports it, and these rules pick it only where it is named" : string.Join("; ", candidate.Reasons);
}
