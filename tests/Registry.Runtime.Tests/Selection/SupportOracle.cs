namespace AttentionGen.Tests;

/// <summary>
/// What speaks against a backend, worked out once more from the words of <see cref="BackendSupport"/>, one question after the
/// other and none from the product's code.
/// </summary>
internal static class SupportOracle
{
    public static AttentionFeatures Asked(AttentionRequest request) =>
        request.Features | (request.ValueHeadSize is { } size && size != request.HeadSize ? AttentionFeatures.ValueHeadSize : AttentionFeatures.None);

    /// <summary>The codes in order, each feature once.</summary>
    public static IEnumerable<(ReasonCode Code, AttentionFeatures Feature)> Against(BackendDescriptor backend, AttentionRequest request)
    {
        BackendSupport? support = backend.Supports.FirstOrDefault(support => support.Device == request.Device.Kind);
        return support is null
            ? [(ReasonCode.Device, AttentionFeatures.None)]
            : Codes(support, request).Select(static code => (code, AttentionFeatures.None)).Concat(Missing(support, request));
    }

    private static IEnumerable<(ReasonCode Code, AttentionFeatures Feature)> Missing(BackendSupport support, AttentionRequest request) =>
        from feature in Enum.GetValues<AttentionFeatures>()
        where feature != AttentionFeatures.None && Asked(request).HasFlag(feature) && !support.Features.HasFlag(feature)
        select (ReasonCode.Feature, feature);

    private static IEnumerable<ReasonCode> Codes(BackendSupport support, AttentionRequest request)
    {
        int capability = request.Device.ComputeCapability;
        bool isLow = support.MinComputeCapability != 0 && capability < support.MinComputeCapability;
        bool isHighOrUnknown = support.MaxComputeCapability != 0 && (capability == 0 || capability > support.MaxComputeCapability);
        if (request.Device.Kind == DeviceKind.Cuda && (isLow || isHighOrUnknown))
            yield return ReasonCode.ComputeCapability;
        string architecture = request.Device.Architecture ?? "";
        if (!support.Architectures.IsEmpty && !support.Architectures.Any(prefix => architecture.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            yield return ReasonCode.Architecture;
        if (!Members(support.ElementTypes).Contains(request.ElementType))
            yield return ReasonCode.ElementType;
        if (request.CacheElementType is { } cache && cache != request.ElementType && !Members(support.CacheElementTypes).Contains(cache))
            yield return ReasonCode.CacheElementType;
        if (!IsIn(request.HeadSize, support.HeadSizes, support.MinHeadSize, support.MaxHeadSize, support.HeadSizeMultipleOf))
            yield return ReasonCode.HeadSize;
        if (request.PageSize is { } page && !IsIn(page, support.PageSizes, 1, int.MaxValue, support.PageSizeMultipleOf))
            yield return ReasonCode.PageSize;
        if (!IsIn(request.QueryHeads, support.QueryHeads, 1, support.MaxQueryHeads, 1))
            yield return ReasonCode.QueryHeads;
        if (!IsIn(request.QueryHeads / request.KeyValueHeads, support.GroupSizes, 1, int.MaxValue, 1))
            yield return ReasonCode.GroupSize;
        if (!support.Types.HasFlag(request.Type))
            yield return ReasonCode.AttentionType;
        if (support.Form != request.Form)
            yield return ReasonCode.Form;
        if ((int)request.GraphCapture > (int)support.GraphCapture)
            yield return ReasonCode.GraphCapture;
    }

    private static IEnumerable<ElementType> Members(ElementTypes set) =>
        Enum.GetValues<ElementType>().Where(type => Enum.TryParse(type.ToString(), out ElementTypes one) && set.HasFlag(one));

    private static bool IsIn(int size, IReadOnlyCollection<int> listed, int min, int max, int multipleOf) =>
        (listed.Count == 0 || listed.Contains(size)) && size >= min && size <= max && multipleOf > 0 && size % multipleOf == 0;
}
