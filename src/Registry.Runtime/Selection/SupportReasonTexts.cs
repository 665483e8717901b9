namespace AttentionGen;

/// <summary>The texts of reasons that follow from what a class declares.</summary>
internal sealed class SupportReasonTexts(AttentionRequest request, BackendDescriptor backend, BackendSupport? support) : IReasonTexts
{
    public string Requested(SelectionReason reason) => reason.Code switch
    {
        ReasonCode.Device => $"device {DeviceName(request.Device.Kind)}",
        ReasonCode.ComputeCapability => request.Device.ComputeCapability == 0
            ? "a CUDA device of unknown compute capability"
            : $"compute capability {Dotted(request.Device.ComputeCapability)}",
        ReasonCode.Architecture => $"architecture {request.Device.Architecture ?? "unknown"}",
        ReasonCode.ElementType => $"element type {request.ElementType}",
        ReasonCode.CacheElementType => $"KV cache element type {request.EffectiveCacheElementType}",
        ReasonCode.HeadSize => $"head size {request.HeadSize}",
        ReasonCode.PageSize => $"page size {request.PageSize}",
        ReasonCode.AttentionType => $"attention type {request.Type}",
        ReasonCode.Form => $"{request.Form} attention",
        ReasonCode.QueryHeads => $"{request.QueryHeads} query heads",
        ReasonCode.GroupSize => $"{request.GroupSize} query heads for each KV head",
        ReasonCode.GraphCapture => $"graph capture level {request.GraphCapture}",
        _ => $"{reason.Feature}",
    };

    public string Accepted(SelectionReason reason) => support is null
        ? backend.Supports.IsEmpty
            ? "no device: its class carries no [AttentionSupport]"
            : string.Join(", ", backend.Supports.Select(static s => DeviceName(s.Device)))
        : reason.Code switch
        {
            ReasonCode.ComputeCapability => support.MaxComputeCapability == 0
                ? $"{Dotted(support.MinComputeCapability)} and higher"
                : $"{Dotted(support.MinComputeCapability)} to {Dotted(support.MaxComputeCapability)}",
            ReasonCode.Architecture => string.Join(", ", support.Architectures),
            ReasonCode.ElementType => $"{support.ElementTypes}",
            ReasonCode.CacheElementType => support.CacheElementTypes == ElementTypes.None
                ? "only that of the queries"
                : $"that of the queries, {support.CacheElementTypes}",
            ReasonCode.HeadSize => HeadSizes(support),
            ReasonCode.PageSize => support.PageSizes.IsEmpty ? $"multiples of {support.PageSizeMultipleOf}" : string.Join(", ", support.PageSizes),
            ReasonCode.AttentionType => $"{support.Types}",
            ReasonCode.Form => $"{support.Form}",
            ReasonCode.QueryHeads => support.QueryHeads.IsEmpty ? $"up to {support.MaxQueryHeads}" : string.Join(", ", support.QueryHeads),
            ReasonCode.GroupSize => string.Join(", ", support.GroupSizes),
            ReasonCode.GraphCapture => $"{support.GraphCapture}",
            _ => $"{support.Features}",
        };

    public string Remedy(SelectionReason reason) => reason.Code switch
    {
        ReasonCode.Device => "use another device or another backend",
        ReasonCode.ComputeCapability or ReasonCode.Architecture => "use another GPU or another backend",
        ReasonCode.ElementType => "convert queries, keys and values",
        ReasonCode.CacheElementType => "choose another cache element type",
        ReasonCode.PageSize => "choose another page size, or none to let the backend choose",
        ReasonCode.GraphCapture => "capture fewer kinds of batches or use another backend",
        ReasonCode.Feature => "use another backend or a model without it",
        _ => "use another backend",
    };

    public string Phrase(SelectionReason reason) => reason.Code switch
    {
        ReasonCode.Form => ReasonPhrases.OfForm(request.Form, support?.Form ?? AttentionForm.MultiHead),
        ReasonCode.AttentionType => ReasonPhrases.OfType(request.Type),
        _ => ReasonPhrases.Of(reason.Code, reason.Feature),
    };

    private static string HeadSizes(BackendSupport support)
    {
        if (!support.HeadSizes.IsEmpty)
            return string.Join(", ", support.HeadSizes);

        string range = support.MaxHeadSize == int.MaxValue
            ? $"{support.MinHeadSize} and larger"
            : $"{support.MinHeadSize} to {support.MaxHeadSize}";
        return support.HeadSizeMultipleOf == 1 ? range : $"{range}, multiples of {support.HeadSizeMultipleOf}";
    }

    private static string Dotted(int capability) => $"{capability / 10}.{capability % 10}";

    private static string DeviceName(DeviceKind device) => device.ToString().ToLowerInvariant();
}
