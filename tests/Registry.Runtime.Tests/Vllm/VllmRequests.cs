namespace AttentionGen.Tests.Vllm;

/// <summary>Requests as vLLM's tests make them: head size 128, bfloat16, pages of 16; latent ones of 576.</summary>
internal static class VllmRequests
{
    public static AttentionRequest Dense(string device) => new()
    {
        Device = AttentionDevice.Parse(device), ElementType = ElementType.BFloat16, HeadSize = 128, QueryHeads = 32, KeyValueHeads = 8, PageSize = 16,
    };

    public static AttentionRequest Latent(string device, int pageSize = 64) => new()
    {
        Device = AttentionDevice.Parse(device), ElementType = ElementType.BFloat16, HeadSize = 576, QueryHeads = 128, KeyValueHeads = 1,
        PageSize = pageSize, Form = AttentionForm.MultiHeadLatent,
    };

    public static AttentionRequest Sparse(string device) => Latent(device) with { Form = AttentionForm.SparseMultiHeadLatent };

    /// <summary>A change of a request, written as a test's row has it: <c>head=80 dtype=fp32 kv=fp8 page=24 sinks window ...</c>.</summary>
    public static AttentionRequest With(this AttentionRequest request, string changes)
    {
        foreach (string change in changes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = change.Split('=');
            request = parts[0] switch
            {
                "head" => request with { HeadSize = int.Parse(parts[1]) },
                "heads" => request with { QueryHeads = int.Parse(parts[1]) },
                "page" => request with { PageSize = parts[1] == "none" ? null : int.Parse(parts[1]) },
                "dtype" => request with { ElementType = Type(parts[1]) },
                "kv" when parts[1] == "fp8_ds_mla" => request with { CacheElementType = ElementType.Float8E4M3, Features = request.Features | AttentionFeatures.PackedLatentCache },
                "kv" => request with { CacheElementType = Type(parts[1]) },
                "type" => request with { Type = Enum.Parse<AttentionTypes>(parts[1]) },
                "backend" => request with { Backend = parts[1] },
                "sinks" => request.And(AttentionFeatures.Sinks),
                "window" => request.And(AttentionFeatures.SlidingWindow),
                "noncausal" => request.And(AttentionFeatures.NonCausal),
                "invariant" => request.And(AttentionFeatures.BatchInvariance),
                "mm_prefix" => request.And(AttentionFeatures.BidirectionalSpans),
                "per_head" => request.And(AttentionFeatures.PerHeadScales),
                "connector" => request.And(AttentionFeatures.CacheTransfer),
                "pcp" => request.And(AttentionFeatures.PrefillContextParallelism),
                "adaptive" => request.And(AttentionFeatures.DeviceQueryLengths),
                "tree" => request.And(AttentionFeatures.TreeMask),
                "alibi" => request.And(AttentionFeatures.Alibi),
                "softcap" => request.And(AttentionFeatures.SoftCap),
                _ => throw new ArgumentException($"'{change}' is no change of a request."),
            };
        }

        return request;
    }

    private static AttentionRequest And(this AttentionRequest request, AttentionFeatures feature) => request with { Features = request.Features | feature };

    private static ElementType Type(string name) => name switch
    {
        "fp32" => ElementType.Float32,
        "fp16" => ElementType.Float16,
        "bf16" => ElementType.BFloat16,
        "fp8" => ElementType.Float8E4M3,
        "fp8_e5m2" => ElementType.Float8E5M2,
        _ => throw new ArgumentException($"'{name}' is no element type."),
    };
}
