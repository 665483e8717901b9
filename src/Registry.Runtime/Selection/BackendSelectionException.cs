using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// A request that the named backend, or every candidate, has a reason against, or for which the configuration names two.
/// </summary>
public sealed class BackendSelectionException : InvalidOperationException
{
    internal BackendSelectionException(string message, AttentionRequest request, SelectionOptions options, ImmutableArray<CandidateVerdict> candidates)
        : base(message)
    {
        Request = request;
        Options = options;
        Candidates = candidates;
    }

    /// <summary>What was asked for.</summary>
    public AttentionRequest Request { get; }

    /// <summary>What the answer depended on beside the request.</summary>
    public SelectionOptions Options { get; }

    /// <summary>The verdict on every candidate, in the order in which they are picked; empty where the configuration is what is wrong.</summary>
    public ImmutableArray<CandidateVerdict> Candidates { get; }

    /// <summary>
    /// The first reason against the backend that was named, or against the best-ranked one; null where the configuration is what
    /// is wrong, or nothing was a candidate.
    /// </summary>
    internal ReasonCode? Cause { get; init; }

    /// <summary>The refusal as values to store and send.</summary>
    public SelectionReport ToReport() => new()
    {
        Request = Request,
        Rules = Options.Rules.Name,
        Explanation = Message,
        Candidates = [.. Candidates.Select(ReportedCandidate.Of)],
    };
}
