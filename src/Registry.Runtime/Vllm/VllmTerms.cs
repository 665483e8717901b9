using System.Collections.Immutable;
using System.Globalization;

namespace AttentionGen;

/// <summary>A request in vLLM's terms.</summary>
internal static class VllmTerms
{
    public const string Auto = "auto";
    public const string Float16 = "float16";
    public const string BFloat16 = "bfloat16";
    public const string Float8E4M3 = "fp8";
    public const string Float8E5M2 = "fp8_e5m2";
    public const string PackedLatent = "fp8_ds_mla";

    /// <summary>The cache types that a request can ask for, with the second name of <c>fp8</c>.</summary>
    public static ImmutableArray<string> CacheTypes { get; } = [Auto, Float16, BFloat16, Float8E4M3, "fp8_e4m3", Float8E5M2, PackedLatent];

    public static bool UsesLatent(AttentionRequest request) => request.Form != AttentionForm.MultiHead;

    public static bool UsesSparse(AttentionRequest request) => request.Form == AttentionForm.SparseMultiHeadLatent;

    public static bool Has(AttentionRequest request, AttentionFeatures feature) => (request.Features & feature) != 0;

    /// <summary>vLLM's name of the cache type, or null where it has none. The type of the queries is <c>auto</c>, named or not.</summary>
    public static string? CacheType(AttentionRequest request)
    {
        if (Has(request, AttentionFeatures.PackedLatentCache))
            return PackedLatent;
        if (request.EffectiveCacheElementType == request.ElementType)
            return Auto;
        return request.EffectiveCacheElementType switch
        {
            ElementType.Float16 => Float16,
            ElementType.BFloat16 => BFloat16,
            ElementType.Float8E4M3 => Float8E4M3,
            ElementType.Float8E5M2 => Float8E5M2,
            _ => null,
        };
    }

    /// <summary>Whether the cache is quantised.</summary>
    public static bool HasQuantizedCache(AttentionRequest request) => CacheType(request) is Float8E4M3 or Float8E5M2 or PackedLatent;

    public static string PlatformName(DeviceKind device) => device.ToString().ToLowerInvariant();

    public static string AttentionTypeName(AttentionTypes type) => type switch
    {
        AttentionTypes.Encoder => "encoder",
        AttentionTypes.EncoderOnly => "encoder_only",
        AttentionTypes.CrossAttention => "encoder_decoder",
        _ => "decoder",
    };

    /// <summary>The request as vLLM prints what its selector was asked.</summary>
    public static string Describe(AttentionRequest request) => string.Create(
        CultureInfo.InvariantCulture,
        $"AttentionSelectorConfig(head_size={request.HeadSize}, dtype={TorchType(request.ElementType)}, "
        + $"kv_cache_dtype={CacheType(request) ?? TorchType(request.EffectiveCacheElementType)}, "
        + $"block_size={request.PageSize?.ToString(CultureInfo.InvariantCulture) ?? "None"}, "
        + $"use_mla={UsesLatent(request)}, has_sink={Has(request, AttentionFeatures.Sinks)}, use_sparse={UsesSparse(request)}, "
        + $"use_mm_prefix={Has(request, AttentionFeatures.BidirectionalSpans)}, "
        + $"use_per_head_quant_scales={Has(request, AttentionFeatures.PerHeadScales)}, attn_type={AttentionTypeName(request.Type)}, "
        + $"has_sliding_window={Has(request, AttentionFeatures.SlidingWindow)}, use_non_causal={Has(request, AttentionFeatures.NonCausal)}, "
        + $"use_batch_invariant={Has(request, AttentionFeatures.BatchInvariance)}, use_kv_connector={Has(request, AttentionFeatures.CacheTransfer)}, "
        + $"use_pcp={Has(request, AttentionFeatures.PrefillContextParallelism)}, "
        + $"use_adaptive_verification={Has(request, AttentionFeatures.DeviceQueryLengths)})");

    /// <summary>Texts as Python prints a list of them.</summary>
    public static string PythonList(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(static item => $"'{item}'"))}]";

    private static string TorchType(ElementType type) => type switch
    {
        ElementType.Float32 => "torch.float32",
        ElementType.Float16 => "torch.float16",
        ElementType.BFloat16 => "torch.bfloat16",
        ElementType.Float8E4M3 => "torch.float8_e4m3fn",
        ElementType.Float8E5M2 => "torch.float8_e5m2",
        ElementType.Int32 => "torch.int32",
        ElementType.Int64 => "torch.int64",
        ElementType.UInt8 => "torch.uint8",
        _ => "torch.bool",
    };
}
