namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>vLLM's choices among the dense backends on CUDA.</summary>
public sealed class CudaDenseTableTests
{
    [Theory]
    [InlineData("cuda:7.5", "", "FLASH_ATTN FLASHINFER TRITON_ATTN FLEX_ATTENTION")]
    [InlineData("cuda:8.0", "", "FLASH_ATTN FLASHINFER TRITON_ATTN FLEX_ATTENTION")]
    [InlineData("cuda:8.9", "", "FLASH_ATTN FLASHINFER TRITON_ATTN FLEX_ATTENTION")]
    [InlineData("cuda:9.0", "", "FLASH_ATTN FLASHINFER TRITON_ATTN FLEX_ATTENTION")]
    [InlineData("cuda:10.0", "", "FLASHINFER FLASH_ATTN TRITON_ATTN FLEX_ATTENTION")]
    [InlineData("cuda:10.3", "", "FLASHINFER FLASH_ATTN TRITON_ATTN FLEX_ATTENTION")]
    [InlineData("cuda:10.0", "noncausal", "FLASH_ATTN FLASHINFER TRITON_ATTN FLEX_ATTENTION")]
    [InlineData("cuda:11.0", "", "FLASH_ATTN FLASHINFER TRITON_ATTN FLEX_ATTENTION")]
    [InlineData("cuda:12.0", "", "FLASH_ATTN FLASHINFER TRITON_ATTN FLEX_ATTENTION")]
    public void The_order_is_vLLMs(string device, string words, string order) => Assert.Equal(order, Answers.Order(Asked.For(device, words)));

    [Theory]
    // plain
    [InlineData("cuda:7.5", "dtype=fp16", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "", "FLASH_ATTN")]
    [InlineData("cuda:8.9", "", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "", "FLASHINFER")]
    [InlineData("cuda:10.3", "", "FLASHINFER")]
    [InlineData("cuda:11.0", "", "FLASH_ATTN")]
    [InlineData("cuda:12.0", "", "FLASH_ATTN")]
    // head sizes
    [InlineData("cuda:9.0", "head=16", "FLEX_ATTENTION")]
    [InlineData("cuda:9.0", "head=32", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "head=80", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "head=96", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "head=256", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "head=512", "TRITON_ATTN")]
    [InlineData("cuda:10.0", "head=16", "FLEX_ATTENTION")]
    [InlineData("cuda:10.0", "head=96", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "head=80", "TRITON_ATTN")]
    [InlineData("cuda:10.0", "head=256", "FLASHINFER")]
    // element types
    [InlineData("cuda:7.5", "dtype=fp32", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "dtype=fp32", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "dtype=fp32 head=16", "FLEX_ATTENTION")]
    [InlineData("cuda:10.0", "dtype=fp32", "TRITON_ATTN")]
    // cache types
    [InlineData("cuda:7.5", "dtype=fp16 kv=fp8", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "kv=fp8", "FLASHINFER")]
    [InlineData("cuda:8.9", "kv=fp8", "FLASHINFER")]
    [InlineData("cuda:9.0", "kv=fp8", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "kv=fp8_e5m2", "FLASHINFER")]
    [InlineData("cuda:10.0", "kv=fp8", "FLASHINFER")]
    [InlineData("cuda:12.0", "kv=fp8", "FLASHINFER")]
    [InlineData("cuda:9.0", "kv=bf16", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "kv=fp16", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "dtype=fp32 kv=bf16", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "kv=fp8_e5m2 head=80", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "kv=fp8 head=16", "none")]
    // sinks
    [InlineData("cuda:7.5", "dtype=fp16 sinks", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "sinks", "TRITON_ATTN")]
    [InlineData("cuda:8.9", "sinks", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "sinks", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "sinks", "FLASHINFER")]
    [InlineData("cuda:10.0", "sinks head=96", "TRITON_ATTN")]
    [InlineData("cuda:12.0", "sinks", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "sinks head=16", "none")]
    // windows
    [InlineData("cuda:7.5", "dtype=fp16 window", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "window", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "window", "FLASHINFER")]
    [InlineData("cuda:9.0", "window head=16", "FLEX_ATTENTION")]
    // roles
    [InlineData("cuda:7.5", "dtype=fp16 type=Encoder", "none")]
    [InlineData("cuda:8.0", "type=Encoder", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "type=Encoder", "FLASH_ATTN")]
    [InlineData("cuda:7.5", "dtype=fp16 type=EncoderOnly", "FLEX_ATTENTION")]
    [InlineData("cuda:8.0", "type=EncoderOnly", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "type=EncoderOnly dtype=fp32", "FLEX_ATTENTION")]
    [InlineData("cuda:10.0", "type=EncoderOnly", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "type=CrossAttention", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "type=CrossAttention", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "type=CrossAttention dtype=fp32", "none")]
    // the rest
    [InlineData("cuda:8.0", "noncausal", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "noncausal", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "noncausal head=80", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "invariant", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "invariant", "FLASH_ATTN")]
    [InlineData("cuda:7.5", "dtype=fp16 invariant", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "per_head", "FLASH_ATTN")]
    [InlineData("cuda:8.0", "per_head", "none")]
    [InlineData("cuda:10.0", "per_head", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "per_head invariant", "none")]
    [InlineData("cuda:12.0", "per_head", "none")]
    [InlineData("cuda:8.0", "mm_prefix", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "mm_prefix", "TRITON_ATTN")]
    [InlineData("cuda:10.0", "mm_prefix", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "mm_prefix head=256", "TRITON_ATTN")]
    [InlineData("cuda:10.0", "mm_prefix head=16", "FLEX_ATTENTION")]
    [InlineData("cuda:12.0", "mm_prefix", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "connector", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "connector", "FLASHINFER")]
    [InlineData("cuda:9.0", "pcp", "none")]
    [InlineData("cuda:9.0", "adaptive", "FLASH_ATTN")]
    // what vLLM's selector does not ask about
    [InlineData("cuda:9.0", "alibi softcap tree", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "alibi", "FLASHINFER")]
    // pages
    [InlineData("cuda:9.0", "page=16", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "page=48", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "page=8", "none")]
    [InlineData("cuda:10.0", "page=128", "FLASHINFER")]
    public void The_winner_is_vLLMs(string device, string words, string winner) => Assert.Equal(winner, Answers.Winner(Asked.For(device, words)));

    [Theory]
    [InlineData("cuda:7.5", "dtype=fp16", "FLASH_ATTN", "cc")]
    [InlineData("cuda:7.5", "dtype=fp16", "FLASHINFER", "cc")]
    [InlineData("cuda:7.5", "dtype=fp16", "TRITON_ATTN", "")]
    [InlineData("cuda:7.5", "dtype=fp16", "FLEX_ATTENTION", "")]
    [InlineData("cuda:12.1", "", "FLASHINFER", "")]
    [InlineData("cuda:13.0", "", "FLASHINFER", "cc")]
    [InlineData("cuda", "", "FLASH_ATTN", "cc")]
    [InlineData("cuda:9.0", "head=16", "FLASH_ATTN", "head")]
    [InlineData("cuda:9.0", "head=16", "TRITON_ATTN", "head")]
    [InlineData("cuda:9.0", "head=96", "FLASHINFER", "head")]
    [InlineData("cuda:9.0", "dtype=fp32", "FLASH_ATTN", "dtype")]
    [InlineData("cuda:9.0", "dtype=fp32 kv=fp8", "FLEX_ATTENTION", "kv")]
    [InlineData("cuda:8.0", "kv=fp8", "FLASH_ATTN", "kv fp8-fa")]
    [InlineData("cuda:9.0", "kv=fp8", "FLASH_ATTN", "")]
    [InlineData("cuda:9.0", "kv=fp8_e5m2", "FLASH_ATTN", "kv fp8-fa")]
    [InlineData("cuda:10.0", "kv=fp8", "FLASH_ATTN", "kv")]
    [InlineData("cuda:10.0", "kv=fp8 head=256", "FLASH_ATTN", "kv fp8-fa")]
    [InlineData("cuda:12.0", "kv=fp8", "FLASH_ATTN", "kv fp8-fa")]
    [InlineData("cuda:8.0", "sinks", "FLASH_ATTN", "sink sink<9")]
    [InlineData("cuda:8.9", "sinks kv=fp8", "FLASH_ATTN", "kv sink sink<9")]
    [InlineData("cuda:9.0", "sinks", "FLASHINFER", "sink")]
    [InlineData("cuda:10.0", "sinks", "FLASH_ATTN", "sink")]
    [InlineData("cuda:12.0", "sinks", "FLASH_ATTN", "sink")]
    [InlineData("cuda:9.0", "sinks", "FLEX_ATTENTION", "sink")]
    [InlineData("cuda:8.0", "mm_prefix", "FLASH_ATTN", "mm mm-fa4")]
    [InlineData("cuda:9.0", "mm_prefix", "FLASH_ATTN", "mm-fa4")]
    [InlineData("cuda:10.0", "mm_prefix", "FLASH_ATTN", "")]
    [InlineData("cuda:10.0", "mm_prefix head=192", "FLASH_ATTN", "mm-fa4")]
    [InlineData("cuda:10.0", "mm_prefix", "FLASHINFER", "mm")]
    [InlineData("cuda:11.0", "mm_prefix", "FLASH_ATTN", "mm-fa4")]
    [InlineData("cuda:12.0", "mm_prefix", "FLASH_ATTN", "mm mm-fa4")]
    [InlineData("cuda:8.0", "per_head", "FLASH_ATTN", "scales")]
    [InlineData("cuda:9.0", "per_head", "TRITON_ATTN", "scales")]
    [InlineData("cuda:10.0", "per_head invariant", "FLASH_ATTN", "scales")]
    [InlineData("cuda:9.0", "type=Encoder", "FLASHINFER", "encoder")]
    [InlineData("cuda:9.0", "type=EncoderOnly", "TRITON_ATTN", "encoder_only")]
    [InlineData("cuda:9.0", "type=CrossAttention", "FLEX_ATTENTION", "encoder_decoder")]
    [InlineData("cuda:9.0", "invariant", "FLASHINFER", "invariant")]
    [InlineData("cuda:9.0", "pcp", "FLASH_ATTN", "pcp")]
    [InlineData("cuda:9.0", "page=8", "FLASH_ATTN", "block")]
    [InlineData("cuda:9.0", "page=24", "TRITON_ATTN", "block")]
    [InlineData("cuda:9.0", "mla", "FLASH_ATTN", "head mla")]
    [InlineData("cuda:9.0", "sparse", "FLASH_ATTN", "head mla sparse")]
    [InlineData("cuda:9.0", "mla", "TRITON_ATTN", "mla")]
    [InlineData("cuda:9.0", "sparse", "FLEX_ATTENTION", "mla sparse")]
    // everything at once, in vLLM's order
    [InlineData("cuda:7.5", "dtype=fp32 head=80 kv=fp8 page=8 mm_prefix sinks per_head type=EncoderOnly window noncausal invariant connector pcp adaptive", "FLASH_ATTN",
        "head dtype kv block mm sink scales cc pcp sink<9")]
    [InlineData("cuda:7.5", "dtype=fp32 head=80 kv=fp8 page=8 mm_prefix sinks per_head type=EncoderOnly window noncausal invariant connector pcp adaptive", "FLASHINFER",
        "head dtype block mm sink scales cc encoder_only invariant pcp")]
    [InlineData("cuda:7.5", "dtype=fp32 head=16 kv=fp8 page=8 mm_prefix sinks per_head type=EncoderOnly window noncausal invariant connector pcp adaptive", "TRITON_ATTN",
        "head block scales encoder_only pcp")]
    [InlineData("cuda:7.5", "dtype=fp32 head=16 kv=fp8 page=8 mm_prefix sinks per_head type=Encoder window noncausal invariant connector pcp adaptive", "FLEX_ATTENTION",
        "kv block sink scales encoder pcp")]
    [InlineData("cuda:9.0", "dtype=fp32 head=20 kv=fp8 page=8 mm_prefix sinks per_head type=Encoder window noncausal invariant connector pcp adaptive", "XFORMERS",
        "head dtype kv block mm sink scales encoder noncausal invariant pcp")]
    [InlineData("cuda:9.0", "dtype=fp32 head=80 kv=fp8 page=8 mm_prefix sinks per_head type=Encoder window noncausal invariant connector pcp adaptive", "TREE_ATTN",
        "head dtype kv block mm sink scales encoder noncausal invariant pcp")]
    [InlineData("cuda:9.0", "dtype=fp32 head=64 kv=fp8 page=8 mm_prefix sinks per_head type=Encoder window noncausal invariant connector pcp adaptive", "FLASHMLA_SPARSE",
        "head dtype kv block mm nonmla sink nonsparse scales encoder window noncausal invariant")]
    public void The_reasons_are_vLLMs_in_its_order(string device, string words, string backend, string reasons) =>
        Assert.Equal(reasons, Answers.Reasons(Asked.For(device, words), backend));

    [Theory]
    [InlineData("FLASH_ATTN", "cuda:10.0", "")]
    [InlineData("flash_attn", "cuda:9.0", "window kv=fp8")]
    [InlineData("FLASHINFER", "cuda:9.0", "")]
    [InlineData("TRITON_ATTN", "cuda:9.0", "dtype=fp32 head=80")]
    [InlineData("FLEX_ATTENTION", "cuda:9.0", "head=16")]
    [InlineData("XFORMERS", "cuda:7.5", "dtype=fp16 head=40")]
    [InlineData("XFORMERS", "cuda:9.0", "window")]
    [InlineData("TREE_ATTN", "cuda:9.0", "tree window")]
    public void A_named_backend_that_fits_is_used(string backend, string device, string words)
    {
        VllmPrediction prediction = VllmSelector.Predict(Asked.For(device, words) with { Backend = backend });

        Assert.Equal(backend.ToUpperInvariant(), prediction.Backend.Name);
        Assert.Equal($"Using AttentionBackendEnum.{prediction.Backend.Name} backend.", prediction.Log);
    }

    [Theory]
    [InlineData("ROCM_ATTN", "device")]
    [InlineData("ROCM_AITER_FA", "device")]
    [InlineData("ROCM_AITER_UNIFIED_ATTN", "device")]
    [InlineData("TORCH_SDPA", "device")]
    [InlineData("PALLAS", "device")]
    [InlineData("ROCM_AITER_MLA", "head nonmla device")]
    public void A_backend_of_another_platform_is_refused(string backend, string reasons) =>
        Assert.Equal(reasons, Answers.Reasons(Asked.For("cuda:9.0", ""), backend));

    [Fact]
    public void What_cannot_be_imported_has_that_as_its_only_reason()
    {
        VllmPlatform platform = new() { NotImportable = ["FLASH_ATTN"] };

        Assert.Equal("import", Answers.Reasons(Asked.For("cuda:9.0", "head=16"), "FLASH_ATTN", platform));
        Assert.Equal("FLASHINFER", Answers.Winner(Asked.For("cuda:9.0", ""), platform));
    }
}
