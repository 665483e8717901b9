using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// vLLM's order and conditions, over what is registered here. A class that carries an in-tree name has to satisfy vLLM and
/// its own declaration; names of one's own are picked only where they are named.
/// </summary>
internal sealed class VllmRules(VllmPlatform platform) : SelectionRules
{
    public override string Name => "vllm";

    internal override ImmutableArray<CandidateVerdict> Judge(AttentionBackendRegistry registry, AttentionRequest request)
    {
        ImmutableArray<string> order = VllmPriorities.OrderFor(request, platform);
        var verdicts = ImmutableArray.CreateBuilder<CandidateVerdict>();
        for (int rank = 0; rank < order.Length; rank++)
        {
            BackendDescriptor? backend = Find(registry, order[rank]);
            if (backend is not null || BackendNames.All.Contains(order[rank]))
                verdicts.Add(Judge(order[rank], backend, rank, request));
        }

        foreach (BackendDescriptor backend in registry.Backends)
        {
            if (!order.Contains(backend.Name))
                verdicts.Add(Judge(backend.Name, backend, null, request));
        }

        return verdicts.DrainToImmutable();
    }

    private CandidateVerdict Judge(string name, BackendDescriptor? backend, int? rank, AttentionRequest request)
    {
        ImmutableArray<SelectionReason> reasons = BackendNames.TryParse(name, out Backend inTree)
            ? VllmSelector.Check(VllmBackends.Of(inTree), request, platform, isNamed: rank is null)
            : [];
        if (backend is null)
        {
            reasons = reasons.Add(new SelectionReason(
                ReasonCode.NotServed, name, "names that a class of the application carries", "reference a package that serves it, or use another backend"));
        }
        else
        {
            foreach (SelectionReason own in SupportCheck.Check(backend, request))
            {
                if (!reasons.Any(reason => reason.Code == own.Code && reason.Feature == own.Feature))
                    reasons = reasons.Add(own);
            }
        }

        return new CandidateVerdict { Name = name, Backend = backend, Rank = rank, Reasons = reasons };
    }

    private static BackendDescriptor? Find(AttentionBackendRegistry registry, string name)
    {
        registry.TryGetDescriptor(name, out BackendDescriptor? backend);
        return backend;
    }
}
