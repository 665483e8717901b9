using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>What vLLM accepts where a backend is named on an Intel GPU: two names for dense attention, one for latent, none for sparse.</summary>
internal static class VllmXpu
{
    public const string NoFloat32 = "Flash Attention on XPU does not support float32 dtype.";

    public static ImmutableArray<SelectionReason> Check(VllmBackend backend, AttentionRequest request)
    {
        if (VllmTerms.UsesSparse(request))
            return [VllmRefusals.NotImplemented("Sparse Attention", "XPU")];

        // Spans come first in vLLM, so that FLASH_ATTN named for them is taken even for float32.
        bool spans = VllmTerms.Has(request, AttentionFeatures.BidirectionalSpans);
        bool single = request.ElementType == ElementType.Float32 && !spans;
        string[] accepted = VllmTerms.UsesLatent(request) ? ["TRITON_MLA"] : single ? ["TRITON_ATTN"] : ["FLASH_ATTN", "TRITON_ATTN"];
        if (accepted.Contains(backend.Name))
            return [];

        string phrase = backend.Backend == Backend.FlashAttn && !VllmTerms.UsesLatent(request)
            ? NoFloat32
            : $"Invalid attention backend for xpu, with use_mla: {VllmTerms.UsesLatent(request)}";
        return
        [
            new SelectionReason(ReasonCode.NotConsidered, AttentionFeatures.None, new FixedReasonTexts(
                $"{backend.Name} on xpu", string.Join(", ", accepted), "name one of these or none", phrase)),
        ];
    }
}
