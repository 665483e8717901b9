using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>Every registered backend is a candidate and its declaration decides. Those that the order does not have come last, by name.</summary>
internal sealed class DeclarationRules(PriorityTable priorities) : SelectionRules
{
    public override string Name => "default";

    internal override ImmutableArray<CandidateVerdict> Judge(AttentionBackendRegistry registry, AttentionRequest request)
    {
        ImmutableArray<string> order = priorities.OrderFor(request);
        var verdicts = ImmutableArray.CreateBuilder<CandidateVerdict>(registry.Backends.Length);
        foreach (BackendDescriptor backend in registry.Backends)
        {
            int rank = order.IndexOf(backend.Name);
            verdicts.Add(new CandidateVerdict
            {
                Name = backend.Name,
                Backend = backend,
                Rank = rank < 0 ? order.Length : rank,
                Reasons = SupportCheck.Check(backend, request),
            });
        }

        return verdicts.MoveToImmutable();
    }
}
