using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// Every reason that vLLM's <c>validate_configuration</c> has against one of its backends, in vLLM's order and words. None
/// ends the check.
/// </summary>
internal ref struct VllmCheck
{
    private readonly VllmBackend _backend;
    private readonly AttentionRequest _request;
    private VllmReasonTexts? _texts;
    private ImmutableArray<SelectionReason>.Builder? _reasons;

    private VllmCheck(VllmBackend backend, AttentionRequest request)
    {
        _backend = backend;
        _request = request;
    }

    public static ImmutableArray<SelectionReason> Check(VllmBackend backend, AttentionRequest request, VllmPlatform platform)
    {
        VllmCheck check = new(backend, request);
        if (!platform.CanImport(backend.Name))
            return [VllmRefusals.NotImportable(backend)];
        check.CheckAll();
        if (VllmCombinations.Find(backend, request, platform) is { } phrase)
            check.Add(VllmRefusals.Combination(phrase));
        return check._reasons?.DrainToImmutable() ?? [];
    }

    private void CheckAll()
    {
        AttentionDevice device = _request.Device;
        if (!_backend.SupportsHeadSize(_request.HeadSize))
            Add(ReasonCode.HeadSize);
        if (((int)_backend.ElementTypes & (1 << (int)_request.ElementType)) == 0)
            Add(ReasonCode.ElementType);
        if (VllmTerms.CacheType(_request) is not { } cacheType || !_backend.SupportsCacheType(cacheType, device))
            Add(ReasonCode.CacheElementType);
        if (!_backend.SupportsPageSize(_request.PageSize))
            Add(ReasonCode.PageSize);
        CheckFeature(AttentionFeatures.BidirectionalSpans);
        if (VllmTerms.UsesLatent(_request) != _backend.IsLatent)
            AddForm(_backend.IsLatent ? "non-MLA not supported" : "MLA not supported");
        CheckFeature(AttentionFeatures.Sinks);
        if (VllmTerms.UsesSparse(_request) != _backend.IsSparse)
            AddForm(_backend.IsSparse ? "non-sparse not supported" : "sparse not supported");
        CheckPerHeadScales();
        if (!_backend.Devices.Contains(device.Kind))
            Add(ReasonCode.Device);
        else if (!_backend.SupportsDevice(device))
            Add(device.Kind == DeviceKind.Cuda ? ReasonCode.ComputeCapability : ReasonCode.Architecture);
        if ((_backend.Types & _request.Type) == 0)
            Add(ReasonCode.AttentionType);
        CheckFeature(AttentionFeatures.SlidingWindow);
        CheckFeature(AttentionFeatures.NonCausal);
        CheckFeature(AttentionFeatures.BatchInvariance);
        CheckFeature(AttentionFeatures.CacheTransfer);
        CheckFeature(AttentionFeatures.PrefillContextParallelism);
        CheckFeature(AttentionFeatures.DeviceQueryLengths);
    }

    private void CheckFeature(AttentionFeatures feature)
    {
        if (VllmTerms.Has(_request, feature) && (_backend.FeaturesOn(_request.Device) & feature) == 0)
            Add(ReasonCode.Feature, feature);
    }

    // Batch invariance takes FLASH_ATTN's generation on 10.x back to one without these scales.
    private void CheckPerHeadScales()
    {
        if (_backend.Backend == Backend.FlashAttn && VllmTerms.Has(_request, AttentionFeatures.PerHeadScales) && !VllmFlashAttention.HasPerHeadScales(_request))
            Add(ReasonCode.Feature, AttentionFeatures.PerHeadScales);
        else
            CheckFeature(AttentionFeatures.PerHeadScales);
    }

    private void AddForm(string phrase)
    {
        _texts ??= new VllmReasonTexts(_request, _backend);
        SelectionReason form = new(ReasonCode.Form, AttentionFeatures.None, _texts);
        Add(new SelectionReason(ReasonCode.Form, AttentionFeatures.None, new FixedReasonTexts(form.Requested, form.Accepted, form.Remedy, phrase)));
    }

    private void Add(ReasonCode code, AttentionFeatures feature = AttentionFeatures.None)
    {
        _texts ??= new VllmReasonTexts(_request, _backend);
        Add(new SelectionReason(code, feature, _texts));
    }

    private void Add(SelectionReason reason)
    {
        _reasons ??= ImmutableArray.CreateBuilder<SelectionReason>();
        _reasons.Add(reason);
    }
}
