namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>vLLM's choices on ROCm, with AITER's parts on and off.</summary>
public sealed class RocmTableTests
{
    [Theory]
    [InlineData("rocm:gfx942", "", "", "ROCM_ATTN TRITON_ATTN")]
    [InlineData("rocm:gfx942", "", "mha", "ROCM_ATTN ROCM_AITER_FA TRITON_ATTN")]
    [InlineData("rocm:gfx942", "", "found", "ROCM_ATTN ROCM_AITER_UNIFIED_ATTN TRITON_ATTN")]
    [InlineData("rocm:gfx942", "", "found mha mla", "ROCM_ATTN ROCM_AITER_FA ROCM_AITER_UNIFIED_ATTN TRITON_ATTN")]
    [InlineData("rocm:gfx1100", "", "found", "ROCM_AITER_UNIFIED_ATTN ROCM_ATTN TRITON_ATTN")]
    [InlineData("rocm:gfx1201", "", "", "ROCM_ATTN TRITON_ATTN")]
    [InlineData("rocm:gfx942", "connector", "found mha", "ROCM_AITER_FA ROCM_AITER_UNIFIED_ATTN TRITON_ATTN")]
    [InlineData("rocm:gfx942", "type=CrossAttention", "found", "ROCM_AITER_UNIFIED_ATTN TRITON_ATTN")]
    [InlineData("rocm:gfx942", "mla", "", "TRITON_MLA")]
    [InlineData("rocm:gfx942", "mla", "found", "TRITON_MLA")]
    [InlineData("rocm:gfx942", "mla", "found mla", "ROCM_AITER_MLA TRITON_MLA")]
    [InlineData("rocm:gfx942", "sparse", "found mla", "")]
    public void The_order_is_vLLMs(string device, string words, string aiter, string order) =>
        Assert.Equal(order, Answers.Order(Asked.For(device, words), On(aiter)));

    [Theory]
    [InlineData("", "", "ROCM_ATTN")]
    [InlineData("", "found mha", "ROCM_ATTN")]
    [InlineData("dtype=fp32", "found mha", "TRITON_ATTN")]
    [InlineData("head=80", "found mha", "TRITON_ATTN")]
    [InlineData("head=16", "found mha", "none")]
    [InlineData("kv=fp8", "", "ROCM_ATTN")]
    [InlineData("kv=fp8_e5m2", "", "ROCM_ATTN")]
    [InlineData("sinks", "", "ROCM_ATTN")]
    [InlineData("window", "", "ROCM_ATTN")]
    [InlineData("mm_prefix", "", "ROCM_ATTN")]
    [InlineData("invariant", "found mha", "TRITON_ATTN")]
    [InlineData("connector", "", "TRITON_ATTN")]
    [InlineData("connector", "mha", "ROCM_AITER_FA")]
    [InlineData("connector sinks", "mha", "TRITON_ATTN")]
    [InlineData("connector sinks", "found mha", "ROCM_AITER_UNIFIED_ATTN")]
    [InlineData("connector noncausal", "found", "TRITON_ATTN")]
    [InlineData("type=EncoderOnly", "found", "none")]
    [InlineData("mla", "", "TRITON_MLA")]
    [InlineData("mla", "found mla", "ROCM_AITER_MLA")]
    [InlineData("mla page=1", "found mla", "ROCM_AITER_MLA")]
    [InlineData("mla page=16", "found mla", "ROCM_AITER_MLA")]
    [InlineData("mla page=1", "", "none")]
    [InlineData("mla invariant", "found mla", "TRITON_MLA")]
    [InlineData("mla kv=fp8", "found mla", "none")]
    [InlineData("sparse", "found mla", "none")]
    public void The_winner_is_vLLMs(string words, string aiter, string winner) =>
        Assert.Equal(winner, Answers.Winner(Asked.For("rocm:gfx942", words), On(aiter)));

    [Theory]
    [InlineData("rocm:gfx942", "dtype=fp32", "ROCM_ATTN", "dtype")]
    [InlineData("rocm:gfx942", "connector", "ROCM_ATTN", "connector")]
    [InlineData("rocm:gfx942", "invariant", "ROCM_ATTN", "invariant")]
    [InlineData("rocm:gfx942", "type=EncoderOnly", "ROCM_ATTN", "encoder_only")]
    [InlineData("rocm:gfx942", "", "ROCM_AITER_FA", "")]
    [InlineData("rocm:gfx1100", "", "ROCM_AITER_FA", "cc")]
    [InlineData("rocm", "", "ROCM_AITER_FA", "cc")]
    [InlineData("rocm:gfx1100", "", "ROCM_ATTN", "")]
    [InlineData("rocm:gfx942", "head=96", "ROCM_AITER_FA", "head")]
    [InlineData("rocm:gfx942", "sinks mm_prefix", "ROCM_AITER_FA", "mm sink")]
    [InlineData("rocm:gfx942", "noncausal", "ROCM_AITER_UNIFIED_ATTN", "noncausal")]
    [InlineData("rocm:gfx942", "page=8", "ROCM_AITER_UNIFIED_ATTN", "block")]
    [InlineData("rocm:gfx1100", "mla", "ROCM_AITER_MLA", "cc")]
    [InlineData("rocm:gfx942", "mla page=1", "TRITON_MLA", "block")]
    [InlineData("rocm:gfx942", "", "FLASH_ATTN", "device")]
    [InlineData("rocm:gfx942", "", "FLASHINFER", "device")]
    [InlineData("rocm:gfx942", "", "FLEX_ATTENTION", "")]
    [InlineData("rocm:gfx942", "mla", "FLASH_ATTN_MLA", "device fa-mla")]
    [InlineData("rocm:gfx942", "head=80 page=8 mm_prefix sinks per_head type=Encoder window noncausal invariant connector pcp", "ROCM_ATTN",
        "head block scales encoder invariant connector pcp")]
    public void The_reasons_are_vLLMs_in_its_order(string device, string words, string backend, string reasons) =>
        Assert.Equal(reasons, Answers.Reasons(Asked.For(device, words), backend));

    [Fact]
    public void The_log_speaks_of_incompatible_backends_where_there_are_any()
    {
        VllmPlatform platform = On("found");

        Assert.Equal(
            "Using ROCM_ATTN backend out of potential backends: ['ROCM_ATTN', 'ROCM_AITER_UNIFIED_ATTN', 'TRITON_ATTN'].",
            VllmSelector.Predict(Asked.For("rocm:gfx942", ""), platform).Log);
        Assert.Equal(
            "Found incompatible backend(s) [ROCM_ATTN, ROCM_AITER_UNIFIED_ATTN] with decoder. Overriding with TRITON_ATTN out of potential backends: ['TRITON_ATTN'].",
            VllmSelector.Predict(Asked.For("rocm:gfx942", "dtype=fp32"), platform).Log);
        Assert.Equal(
            "Using TRITON_ATTN backend (selected via --attention-backend).",
            VllmSelector.Predict(Asked.For("rocm:gfx942", "") with { Backend = "TRITON_ATTN" }, platform).Log);
    }

    [Fact]
    public void There_is_no_warning_about_pages() =>
        Assert.Null(VllmSelector.Predict(Asked.For("rocm:gfx942", "mla page=16"), On("found mla")).Warning);

    private static VllmPlatform On(string aiter) => new()
    {
        AiterFound = aiter.Contains("found", StringComparison.Ordinal),
        AiterMultiHeadEnabled = aiter.Contains("mha", StringComparison.Ordinal),
        AiterLatentEnabled = aiter.Contains("mla", StringComparison.Ordinal),
    };
}
