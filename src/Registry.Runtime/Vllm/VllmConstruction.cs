using System.Collections.Immutable;
using System.Numerics;

namespace AttentionGen;

/// <summary>What vLLM's constructors raise after its selector has taken a backend.</summary>
internal static class VllmConstruction
{
    public static ImmutableArray<string> Refusals(VllmBackend backend, AttentionRequest request)
    {
        var refusals = ImmutableArray.CreateBuilder<string>();
        for (int rejected = (int)(request.Features & backend.RejectedByConstructor); rejected != 0; rejected &= rejected - 1)
            refusals.Add($"{(AttentionFeatures)(1 << BitOperations.TrailingZeroCount(rejected))}");

        string? cacheType = VllmTerms.CacheType(request);
        int capability = request.Device.Kind == DeviceKind.Cuda ? request.Device.ComputeCapability : int.MaxValue;
        bool isBFloat16 = cacheType == VllmTerms.BFloat16 || (cacheType == VllmTerms.Auto && request.ElementType == ElementType.BFloat16);
        if (backend.Backend is Backend.TritonAttn && cacheType is VllmTerms.Float8E4M3 or VllmTerms.Float8E5M2 && capability < 89)
            refusals.Add("an 8-bit cache below compute capability 8.9");
        if (backend.Backend is Backend.TritonAttn or Backend.TritonMla && isBFloat16 && capability < 80)
            refusals.Add("a bfloat16 cache below compute capability 8.0");
        if (backend.Backend == Backend.RocmAiterMla && request.QueryHeads is not (16 or 128))
            refusals.Add($"{request.QueryHeads} query heads: it takes 16 or 128");
        if (backend.Backend == Backend.CutlassMla && request.QueryHeads > 128)
            refusals.Add($"{request.QueryHeads} query heads: it takes at most 128");
        return refusals.DrainToImmutable();
    }
}
