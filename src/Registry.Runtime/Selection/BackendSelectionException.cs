using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>A request that the named backend, or no registered backend, can serve.</summary>
public sealed class BackendSelectionException : InvalidOperationException
{
    internal BackendSelectionException(string message, AttentionRequest request, ImmutableArray<CandidateVerdict> candidates)
        : base(message)
    {
        Request = request;
        Candidates = candidates;
    }

    /// <summary>What was asked for.</summary>
    public AttentionRequest Request { get; }

    /// <summary>The verdict on every registered backend, best rank first.</summary>
    public ImmutableArray<CandidateVerdict> Candidates { get; }
}
