using System.Collections.Immutable;
using System.Text;

namespace AttentionGen;

/// <summary>A backend that was selected for a request, and why it and no other.</summary>
public sealed class Selection
{
    private readonly AttentionBackendRegistry _registry;

    internal Selection(
        AttentionBackendRegistry registry,
        AttentionRequest request,
        BackendDescriptor backend,
        BackendChoiceSource source,
        ImmutableArray<CandidateVerdict> candidates)
    {
        _registry = registry;
        Request = request;
        Backend = backend;
        Source = source;
        Candidates = candidates;
    }

    /// <summary>What was asked for.</summary>
    public AttentionRequest Request { get; }

    /// <summary>The backend that was selected.</summary>
    public BackendDescriptor Backend { get; }

    /// <summary>Who chose it.</summary>
    public BackendChoiceSource Source { get; }

    /// <summary>The verdict on every registered backend, best rank first.</summary>
    public ImmutableArray<CandidateVerdict> Candidates { get; }

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
            if (candidate.Backend.Name != Backend.Name)
                text.AppendLine().Append("  not ").Append(candidate.Backend.Name).Append(": ").Append(WhyNot(candidate));
        }

        return text.ToString();
    }

    private string WhyChosen() => Source switch
    {
        BackendChoiceSource.Request => "named by the request",
        BackendChoiceSource.Environment => $"named by the environment variable {BackendChoice.EnvironmentVariable}",
        _ when Candidates.Length == 1 => $"the only registered backend, and it supports the request on {Request.Device}",
        _ => $"the best-ranked backend that supports the request on {Request.Device}",
    };

    private string WhyNot(CandidateVerdict candidate) => candidate.IsSupported
        ? Source == BackendChoiceSource.Automatic ? "supported, ranked lower" : "supported, not named"
        : string.Join("; ", candidate.Reasons);
}
