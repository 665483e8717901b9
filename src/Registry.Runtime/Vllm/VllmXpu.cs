using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What vLLM accepts where a backend is named on an Intel GPU: two names for dense attention, one for latent.</summary>
internal static class VllmXpu
{
    public static ImmutableArray<SelectionReason> Check(VllmBackend backend, AttentionRequest request, VllmPlatform platform)
    {
        string[] accepted = VllmTerms.UsesLatent(request)
            ? [.. VllmPriorities.OrderFor(request, platform)]
            : request.ElementType == ElementType.Float32 ? ["TRITON_ATTN"] : ["FLASH_ATTN", "TRITON_ATTN"];
        if (accepted.Contains(backend.Name))
            return [];

        return
        [
            new SelectionReason(ReasonCode.NotConsidered, AttentionFeatures.None, new FixedReasonTexts(
                $"{backend.Name} on xpu", string.Join(", ", accepted), "name one of these or none",
                $"Invalid attention backend for xpu, with use_mla: {VllmTerms.UsesLatent(request)}")),
        ];
    }
}
