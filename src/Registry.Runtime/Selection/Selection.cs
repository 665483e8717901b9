using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AttentionGen;

/// <summary>A backend that was selected for a request, and why it and no other.</summary>
public sealed class Selection
{
    private readonly AttentionBackendRegistry _registry;

    internal Selection(
        AttentionBackendRegistry registry,
        AttentionRequest request,
        SelectionOptions options,
        BackendDescriptor backend,
        BackendChoice? choice,
        ImmutableArray<CandidateVerdict> candidates,
        TuningEntry? measured)
    {
        _registry = registry;
        Request = request;
        Options = options;
        Backend = backend;
        Source = choice?.Source ?? BackendChoiceSource.Automatic;
        Candidates = candidates;
        MeasuredShape = measured;
    }

    /// <summary>What was asked for.</summary>
    public AttentionRequest Request { get; }

    /// <summary>What the selection depended on beside the request.</summary>
    public SelectionOptions Options { get; }

    /// <summary>The backend that was selected.</summary>
    public BackendDescriptor Backend { get; }

    /// <summary>Who chose it.</summary>
    public BackendChoiceSource Source { get; }

    /// <summary>The verdict on every candidate, in the order in which they are picked.</summary>
    public ImmutableArray<CandidateVerdict> Candidates { get; }

    /// <summary>The measured shape whose times ranked the candidates, or null where none was found.</summary>
    public TuningEntry? MeasuredShape { get; }

    /// <summary>
    /// The candidates that would be picked before the winner, had the request not asked for its page size: nothing else speaks
    /// against them.
    /// </summary>
    public ImmutableArray<string> PrecludedByPageSize => Source != BackendChoiceSource.Automatic
        ? []
        : [.. Candidates
            .TakeWhile(candidate => candidate.Name != Backend.Name)
            .Where(static candidate => candidate.Reasons is [{ Code: ReasonCode.PageSize }])
            .Select(static candidate => candidate.Name)];

    /// <summary>Makes an instance of the selected backend; the caller owns it.</summary>
    /// <typeparam name="TBackend">The contract that the caller needs, for example <c>PagedAttentionBackend</c>.</typeparam>
    /// <exception cref="InvalidCastException">The class does not implement that contract.</exception>
    public TBackend Create<TBackend>()
        where TBackend : class, IAttentionBackend
    {
        IAttentionBackend backend = _registry.Create(Backend.Name);
        return backend as TBackend ?? throw new InvalidCastException(
            $"{Backend.Name} is served by {backend.GetType().FullName}, which is not a {typeof(TBackend).FullName}. Derive it from that class, or select another backend.");
    }

    /// <summary>The choice in words: the winner first, then a line for each other candidate.</summary>
    public string Explain()
    {
        StringBuilder text = new();
        text.Append(Backend.Name).Append(": ").Append(WhyChosen());
        foreach (CandidateVerdict candidate in Candidates)
        {
            if (candidate.Name != Backend.Name)
                text.AppendLine().Append("  not ").Append(candidate.Name).Append(": ").Append(WhyNot(candidate));
        }

        if (PrecludedByPageSize is { IsEmpty: false } precluded)
        {
            text.AppendLine().Append(
                $"  the page size {Request.PageSize} alone rules out {string.Join(", ", precluded)}; leave it open to let the backend choose");
        }

        return text.ToString();
    }

    /// <summary>The selection as values to store and send.</summary>
    public SelectionReport ToReport() => new()
    {
        Request = Request,
        Backend = Backend.Name,
        Source = Source,
        Rules = Options.Rules.Name,
        Explanation = Explain(),
        PrecludedByPageSize = PrecludedByPageSize,
        Candidates = [.. Candidates.Select(ReportedCandidate.Of)],
    };

    private CandidateVerdict Verdict => Candidates.First(candidate => candidate.Name == Backend.Name);

    private string WhyChosen() => Source switch
    {
        BackendChoiceSource.Request => "named by the request",
        BackendChoiceSource.Configuration => "named by the configuration",
        BackendChoiceSource.Environment => $"named by the environment variable {BackendChoice.EnvironmentVariable}",
        _ when Candidates.Length == 1 => $"the only registered backend, and it supports the request on {Request.Device}",
        _ when Verdict.MeasuredMicroseconds is { } microseconds && MeasuredShape is { } shape =>
            string.Create(CultureInfo.InvariantCulture, $"the fastest as measured on {Request.Device}, {microseconds:0.#} us ({Shape(shape)})"),
        _ => $"the best-ranked backend that supports the request on {Request.Device}",
    };

    private string WhyNot(CandidateVerdict candidate)
    {
        if (!candidate.IsSupported)
            return string.Join("; ", candidate.Reasons);
        if (Source != BackendChoiceSource.Automatic)
            return "supported, not named";
        if (candidate.MeasuredMicroseconds is { } microseconds)
            return string.Create(CultureInfo.InvariantCulture, $"supported, {microseconds:0.#} us as measured");
        return candidate.Rank is null ? "supported, and these rules pick it only where it is named" : "supported, ranked lower";
    }

    private static string Shape(TuningEntry shape) => string.Create(
        CultureInfo.InvariantCulture, $"{shape.Phase.ToString().ToLowerInvariant()} of {shape.Requests} x {shape.ContextLength}");
}
