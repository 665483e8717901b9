namespace AttentionGen;

/// <summary>Which generation of FlashAttention vLLM takes for FLASH_ATTN on a CUDA device.</summary>
internal static class VllmFlashAttention
{
    /// <summary>
    /// 3 on 9.x, 4 on 10.x, else 2; instead of 4 it is 2 for heads larger than 128, which the tensor memory of 10.x cannot hold
    /// (but 192 with values of 128), and where batch invariance is asked.
    /// </summary>
    public static int Version(AttentionRequest request)
    {
        int major = request.Device.ComputeCapability / 10;
        if (major == 9)
            return 3;

        bool tooLarge = request.HeadSize > 128 && !(request.HeadSize == 192 && request.ValueHeadSize == 128);
        return major == 10 && !tooLarge && !IsBatchInvariant(request) ? 4 : 2;
    }

    /// <summary>Scales for each head need the third generation; which one there is is asked without the head size.</summary>
    public static bool HasPerHeadScales(AttentionRequest request) =>
        request.Device.ComputeCapability / 10 is int major && (major == 9 || (major == 10 && !IsBatchInvariant(request)));

    /// <summary>An 8-bit cache needs the third generation on 9.x or the fourth on 10.x, and has no e5m2.</summary>
    public static bool HasQuantizedCache(AttentionRequest request, string cacheType) =>
        cacheType != VllmTerms.Float8E5M2 && Version(request) >= 3;

    private static bool IsBatchInvariant(AttentionRequest request) => (request.Features & AttentionFeatures.BatchInvariance) != 0;
}
