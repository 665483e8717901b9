using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What the selector found about one registered backend.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Rank">Its place in the automatic order for the device, from 0; lower is better.</param>
/// <param name="Reasons">Every reason against it; empty where it could serve the request.</param>
public sealed record CandidateVerdict(BackendDescriptor Backend, int Rank, ImmutableArray<SelectionReason> Reasons)
{
    /// <summary>Whether it could serve the request.</summary>
    public bool IsSupported => Reasons.IsEmpty;
}
