namespace AttentionGen;

/// <summary>What vLLM's classes say last, about things that they have each by itself and not together; its own words.</summary>
internal static class VllmCombinations
{
    /// <summary>The reason, or null where the class has none.</summary>
    public static string? Find(VllmBackend backend, AttentionRequest request, VllmPlatform platform) => backend.Backend switch
    {
        Backend.FlashAttn => FlashAttention(request),
        Backend.FlashAttnMla => IsHopper(request) ? null : "FlashAttention MLA not supported on this device",
        Backend.FlashMla => FlashMla(request, platform),
        _ => null,
    };

    private static string? FlashAttention(AttentionRequest request)
    {
        if (request.Device.Kind != DeviceKind.Cuda)
            return null;
        if (VllmTerms.Has(request, AttentionFeatures.Sinks) && request.Device.ComputeCapability < 90)
            return "sink not supported on compute capability < 9.0";
        if (VllmTerms.HasQuantizedCache(request) && !VllmFlashAttention.HasQuantizedCache(request, VllmTerms.CacheType(request)!))
            return "FP8 KV cache requires FA3 on SM90 or FA4 on SM100";
        return VllmTerms.Has(request, AttentionFeatures.BidirectionalSpans) && VllmFlashAttention.Version(request) != 4
            ? "mm_prefix (PrefixLM bidirectional attention) requires FlashAttention v4, which does not resolve for this head_size"
            : null;
    }

    private static string? FlashMla(AttentionRequest request, VllmPlatform platform)
    {
        if (!platform.FlashMlaCompiled || request.Device.Kind != DeviceKind.Cuda)
        {
            return "vllm._flashmla_C is not available, likely was not compiled due to insufficient nvcc version or a supported arch was not in the list of target arches to compile for.";
        }

        if (VllmTerms.UsesSparse(request))
        {
            return IsHopper(request) || request.Device.ComputeCapability / 10 == 10
                ? null
                : "FlashMLA Sparse is only supported on Hopper and Blackwell DC devices.";
        }

        return IsHopper(request) ? null : "FlashMLA Dense is only supported on Hopper devices.";
    }

    private static bool IsHopper(AttentionRequest request) => request.Device.Kind == DeviceKind.Cuda && request.Device.ComputeCapability / 10 == 9;
}
