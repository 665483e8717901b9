using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>Compares a request with a declaration and gives every reason against it.</summary>
internal ref struct SupportCheck
{
    private readonly AttentionRequest _request;
    private readonly BackendDescriptor _backend;
    private readonly BackendSupport? _support;
    private SupportReasonTexts? _texts;
    private ImmutableArray<SelectionReason>.Builder? _reasons;

    private SupportCheck(AttentionRequest request, BackendDescriptor backend)
    {
        _request = request;
        _backend = backend;
        _support = backend.SupportFor(request.Device.Kind);
    }

    public static ImmutableArray<SelectionReason> Check(BackendDescriptor backend, AttentionRequest request)
    {
        SupportCheck check = new(request, backend);
        check.CheckAll();
        return check._reasons?.DrainToImmutable() ?? [];
    }

    private void CheckAll()
    {
        if (_support is not { } support)
        {
            Add(ReasonCode.Device);
            return;
        }

        CheckDevice(support);
        CheckElementTypes(support);
        CheckSizes(support);
        CheckHeads(support);
        if ((support.Types & _request.Type) == 0)
            Add(ReasonCode.AttentionType);
        if (support.Form != _request.Form)
            Add(ReasonCode.Form);
        CheckFeatures(support);
        if (support.GraphCapture < _request.GraphCapture)
            Add(ReasonCode.GraphCapture);
    }

    private void CheckDevice(BackendSupport support)
    {
        AttentionDevice device = _request.Device;
        bool bounded = support.MinComputeCapability > 0 || support.MaxComputeCapability > 0;
        bool inside = device.ComputeCapability >= support.MinComputeCapability
            && (support.MaxComputeCapability == 0 || (device.ComputeCapability > 0 && device.ComputeCapability <= support.MaxComputeCapability));
        if (device.Kind == DeviceKind.Cuda && bounded && !inside)
            Add(ReasonCode.ComputeCapability);
        if (!support.Architectures.IsEmpty && !HasArchitecture(support, device))
            Add(ReasonCode.Architecture);
    }

    private static bool HasArchitecture(BackendSupport support, AttentionDevice device)
    {
        foreach (string prefix in support.Architectures)
        {
            if (device.Architecture?.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) == true)
                return true;
        }

        return false;
    }

    private void CheckElementTypes(BackendSupport support)
    {
        if (!Contains(support.ElementTypes, _request.ElementType))
            Add(ReasonCode.ElementType);

        ElementType cache = _request.EffectiveCacheElementType;
        if (cache != _request.ElementType && !Contains(support.CacheElementTypes, cache))
            Add(ReasonCode.CacheElementType);
    }

    private void CheckSizes(BackendSupport support)
    {
        int size = _request.HeadSize;
        bool listed = support.HeadSizes.IsEmpty || support.HeadSizes.Contains(size);
        if (!listed || size < support.MinHeadSize || size > support.MaxHeadSize || !IsMultiple(size, support.HeadSizeMultipleOf))
            Add(ReasonCode.HeadSize);

        if (_request.PageSize is int page
            && (!IsMultiple(page, support.PageSizeMultipleOf) || !(support.PageSizes.IsEmpty || support.PageSizes.Contains(page))))
        {
            Add(ReasonCode.PageSize);
        }
    }

    private void CheckHeads(BackendSupport support)
    {
        int heads = _request.QueryHeads;
        if (heads > support.MaxQueryHeads || !(support.QueryHeads.IsEmpty || support.QueryHeads.Contains(heads)))
            Add(ReasonCode.QueryHeads);
        if (!support.GroupSizes.IsEmpty && !support.GroupSizes.Contains(_request.GroupSize))
            Add(ReasonCode.GroupSize);
    }

    private void CheckFeatures(BackendSupport support)
    {
        for (int missing = (int)(_request.EffectiveFeatures & ~support.Features); missing != 0; missing &= missing - 1)
            Add(ReasonCode.Feature, (AttentionFeatures)(missing & -missing));
    }

    private void Add(ReasonCode code, AttentionFeatures feature = AttentionFeatures.None)
    {
        _texts ??= new SupportReasonTexts(_request, _backend, _support);
        _reasons ??= ImmutableArray.CreateBuilder<SelectionReason>();
        _reasons.Add(new SelectionReason(code, feature, _texts));
    }

    // A divisor that is not positive is one that the compiler refuses (ATTN0014) and that no size meets.
    private static bool IsMultiple(int size, int divisor) => divisor > 0 && size % divisor == 0;

    private static bool Contains(ElementTypes set, ElementType type) => ((int)set & (1 << (int)type)) != 0;
}
