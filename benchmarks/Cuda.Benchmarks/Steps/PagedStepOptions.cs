namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>How our own engine does a step.</summary>
internal sealed record PagedStepOptions
{
    /// <summary>The heads and the requests.</summary>
    public required StepShape Shape { get; init; }

    /// <summary>The element type.</summary>
    public ElementType ElementType { get; init; } = ElementType.BFloat16;

    /// <summary>The element type of the cache; null: that of the layer.</summary>
    public ElementType? CacheElementType { get; init; }

    /// <summary>The number of tokens of a page.</summary>
    public int PageSize { get; init; } = 16;

    /// <summary>How the cache lies in memory.</summary>
    public KeyValueCacheLayout Layout { get; init; } = KeyValueCacheLayout.PagedNhd;

    /// <summary>Whether requests of few rows and of many go to kernels of their own, as FLASH_ATTN's do; TRITON_ATTN's are one launch.</summary>
    public bool IsSpecialised { get; init; } = true;

    /// <summary>Whether the step stores its keys and values, as a step of a model does, or finds them in the cache.</summary>
    public bool Stores { get; init; } = true;

    /// <summary>The sliding window, or null.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>The soft cap, or null.</summary>
    public float? SoftCap { get; init; }

    /// <summary>What a report calls it.</summary>
    public string Name =>
        $"ours, {(IsSpecialised ? "FLASH_ATTN" : "TRITON_ATTN")}, pages of {PageSize}{(Layout == KeyValueCacheLayout.PagedHnd ? " by head" : "")}{(CacheElementType is { } type ? $", {type} cache" : "")}{(Stores ? "" : ", attention alone")}";

    /// <summary>The plan's options: for steps no larger than this one.</summary>
    /// <param name="cache">What it is for.</param>
    public AttentionPlanOptions Plan(KeyValueCacheOptions cache) => new()
    {
        Cache = cache,
        QueryHeads = Shape.QueryHeads,
        Capacity = new AttentionPlanCapacity
        {
            Requests = Shape.Requests.Length, Tokens = Shape.Tokens, KeysPerRequest = Shape.MaxKeys, QueriesPerRequest = Shape.MaxQueries,
        },
    };

    /// <summary>The layer's options.</summary>
    /// <param name="device">Where it runs.</param>
    public AttentionLayerOptions Layer(AttentionDevice device) => new()
    {
        Device = device,
        ElementType = ElementType,
        CacheElementType = CacheElementType,
        QueryHeads = Shape.QueryHeads,
        KeyValueHeads = Shape.KeyValueHeads,
        HeadSize = Shape.HeadSize,
        SlidingWindow = SlidingWindow,
        SoftCap = SoftCap,
        GraphCapture = GraphCaptureLevel.Always,
    };
}
