namespace AttentionGen;

/// <summary>The texts of vLLM's reasons against one of its backends; what vLLM's own phrases leave out, they say.</summary>
internal sealed class VllmReasonTexts(AttentionRequest request, VllmBackend backend) : IReasonTexts
{
    public string Requested(SelectionReason reason) => reason.Code switch
    {
        ReasonCode.Device => $"device {VllmTerms.PlatformName(request.Device.Kind)}",
        ReasonCode.ComputeCapability => $"{request.Device}",
        ReasonCode.Architecture => $"architecture {request.Device.Architecture ?? "unknown"}",
        ReasonCode.ElementType => $"element type {request.ElementType}",
        ReasonCode.CacheElementType => $"KV cache type {VllmTerms.CacheType(request) ?? request.EffectiveCacheElementType.ToString()}",
        ReasonCode.HeadSize => $"head size {request.HeadSize}",
        ReasonCode.PageSize => $"page size {request.PageSize}",
        ReasonCode.AttentionType => $"attention type {request.Type}",
        ReasonCode.Form => $"{request.Form} attention",
        _ => $"{reason.Feature}",
    };

    public string Accepted(SelectionReason reason) => reason.Code switch
    {
        ReasonCode.Device => string.Join(", ", backend.Devices.Select(VllmTerms.PlatformName)),
        ReasonCode.ComputeCapability => backend.MaxComputeCapability == 0
            ? $"{Dotted(backend.MinComputeCapability)} and higher"
            : $"{Dotted(backend.MinComputeCapability)} to {Dotted(backend.MaxComputeCapability)}",
        ReasonCode.Architecture => string.Join(", ", backend.Architectures),
        ReasonCode.ElementType => $"{backend.ElementTypes}",
        ReasonCode.CacheElementType => string.Join(", ", backend.CacheTypesOn(request.Device)),
        ReasonCode.HeadSize => backend.HeadSizes.IsEmpty ? $"{backend.MinHeadSize} and larger" : string.Join(", ", backend.HeadSizes),
        ReasonCode.PageSize => $"multiples of {string.Join(", ", backend.PageSizes)}",
        ReasonCode.AttentionType => $"{backend.Types}",
        ReasonCode.Form => backend.IsSparse ? $"{AttentionForm.SparseMultiHeadLatent}"
            : backend.IsLatent ? $"{AttentionForm.MultiHeadLatent}" : $"{AttentionForm.MultiHead}",
        _ => $"{backend.FeaturesOn(request.Device)}",
    };

    public string Remedy(SelectionReason reason) => reason.Code switch
    {
        ReasonCode.Device => "use another device or another backend",
        ReasonCode.ComputeCapability or ReasonCode.Architecture => "use another GPU or another backend",
        ReasonCode.ElementType => "convert queries, keys and values",
        ReasonCode.CacheElementType => "choose another cache element type",
        ReasonCode.PageSize => "choose another page size, or none to let the backend choose",
        ReasonCode.Feature => "use another backend or a model without it",
        _ => "use another backend",
    };

    public string Phrase(SelectionReason reason) => reason.Code switch
    {
        ReasonCode.AttentionType => ReasonPhrases.OfType(request.Type),
        // vLLM reads an architecture as a compute capability.
        ReasonCode.Architecture => ReasonPhrases.Of(ReasonCode.ComputeCapability, reason.Feature),
        _ => ReasonPhrases.Of(reason.Code, reason.Feature),
    };

    private static string Dotted(int capability) => $"{capability / 10}.{capability % 10}";
}
