namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>vLLM's error texts, warnings, logs and layouts.</summary>
public sealed class TextTests
{
    [Fact]
    public void A_named_backend_is_refused_in_vLLMs_words_then_with_those_that_fit() =>
        Assert.Equal(
            "Selected backend AttentionBackendEnum.FLASH_ATTN is not valid for this configuration. "
            + "Reason: ['attention sinks not supported', 'sink not supported on compute capability < 9.0']. "
            + "In-tree backends of vLLM that support the request, named: TRITON_ATTN.",
            Assert.Throws<BackendSelectionException>(() => VllmSelector.Predict(Asked.For("cuda:8.0", "sinks") with { Backend = "FLASH_ATTN" })).Message);

    [Fact]
    public void Where_none_fits_the_error_has_the_whole_question_and_all_reasons() =>
        Assert.StartsWith(
            "No valid attention backend found for cuda with AttentionSelectorConfig(head_size=16, dtype=torch.bfloat16, kv_cache_dtype=fp8, "
            + "block_size=32, use_mla=False, has_sink=False, use_sparse=False, use_mm_prefix=False, use_per_head_quant_scales=False, "
            + "attn_type=decoder, has_sliding_window=True, use_non_causal=False, use_batch_invariant=False, use_kv_connector=False, "
            + "use_pcp=False, use_adaptive_verification=False). Reasons: {FLASH_ATTN: [head_size not supported], "
            + "FLASHINFER: [head_size not supported], TRITON_ATTN: [head_size not supported], FLEX_ATTENTION: [kv_cache_dtype not supported]}. "
            + "None of the 18 in-tree backends of vLLM",
            Assert.Throws<BackendSelectionException>(() => VllmSelector.Predict(Asked.For("cuda:9.0", "head=16 kv=fp8 page=32 window"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_sparse_request_on_ROCm_has_no_candidate_among_the_18()
    {
        string message = Assert.Throws<BackendSelectionException>(() => VllmSelector.Predict(Asked.For("rocm:gfx942", "sparse"))).Message;

        Assert.StartsWith("No valid attention backend found for rocm with AttentionSelectorConfig(", message, StringComparison.Ordinal);
        Assert.Contains("block_size=None", message, StringComparison.Ordinal);
        Assert.Contains("Reasons: {}. ", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_contradicts_itself_is_no_matter_of_vLLM() =>
        Assert.Throws<InvalidAttentionRequestException>(() => VllmSelector.Predict(Asked.For("cuda:9.0", "") with { HeadSize = 0 }));

    [Fact]
    public void The_log_names_the_winner_among_all_that_fit() =>
        Assert.Equal(
            "Using FLASH_ATTN attention backend out of potential backends: ['FLASH_ATTN', 'FLASHINFER', 'TRITON_ATTN', 'FLEX_ATTENTION'].",
            VllmSelector.Predict(Asked.For("cuda:9.0", "")).Log);

    [Theory]
    [InlineData("cuda:10.0", "", VllmCacheLayout.Hnd)]
    [InlineData("cuda:10.0", "mla", VllmCacheLayout.Hnd)]
    [InlineData("xpu", "", VllmCacheLayout.Nhd)]
    [InlineData("xpu", "dtype=fp32", VllmCacheLayout.Nhd)]
    public void A_required_layout_is_part_of_the_answer(string device, string words, VllmCacheLayout layout) =>
        Assert.Equal(layout, VllmSelector.Predict(Asked.For(device, words)).RequiredCacheLayout);

    [Theory]
    [InlineData("cuda:9.0", "")]
    [InlineData("cuda:8.0", "kv=fp8")]
    [InlineData("cuda:9.0", "mla")]
    [InlineData("cuda:10.0", "noncausal")]
    [InlineData("cuda:10.0", "sparse")]
    [InlineData("rocm:gfx942", "")]
    [InlineData("cpu", "")]
    [InlineData("tpu", "")]
    public void Elsewhere_any_layout_will_do(string device, string words) =>
        Assert.Null(VllmSelector.Predict(Asked.For(device, words)).RequiredCacheLayout);

    [Theory]
    [InlineData("cuda:10.0", "mla page=16", "FLASHINFER_MLA, CUTLASS_MLA", "TRITON_MLA", 16)]
    [InlineData("cuda:10.0", "mla page=48", "FLASHINFER_MLA, CUTLASS_MLA", "TRITON_MLA", 48)]
    public void Pages_that_keep_better_backends_out_are_warned_of(string device, string words, string precluded, string winner, int page) =>
        Assert.Equal(
            $"--block-size {page} precluded higher-priority backend(s) {precluded}. Using {winner} instead, which may result in reduced performance. "
            + "Consider removing --block-size to auto-select the optimal block size.",
            VllmSelector.Predict(Asked.For(device, words)).Warning);

    [Theory]
    [InlineData("cuda:9.0", "", null)] // no page size
    [InlineData("cuda:9.0", "page=16", null)] // the best fits
    [InlineData("cuda:10.0", "mla page=64", null)] // only a lower one is kept out
    [InlineData("cuda:9.0", "mla page=16 noncausal", null)] // FLASHMLA has another reason too
    [InlineData("cuda:10.0", "mla page=16", "TRITON_MLA")] // named
    public void Otherwise_there_is_no_warning(string device, string words, string? name) =>
        Assert.Null(VllmSelector.Predict(Asked.For(device, words) with { Backend = name }).Warning);

    [Theory]
    [InlineData("cuda:9.0", "alibi", "FLEX_ATTENTION", "Alibi")]
    [InlineData("cuda:9.0", "alibi softcap", "FLEX_ATTENTION", "SoftCap, Alibi")]
    [InlineData("cuda:9.0", "alibi", "XFORMERS", "Alibi")]
    [InlineData("cuda:9.0", "alibi softcap", "FLASH_ATTN", "")]
    [InlineData("cuda:9.0", "mla alibi softcap", "FLASH_ATTN_MLA", "SoftCap, Alibi")]
    [InlineData("tpu", "alibi", "PALLAS", "Alibi")]
    [InlineData("cuda:8.0", "kv=fp8", "TRITON_ATTN", "an 8-bit cache below compute capability 8.9")]
    [InlineData("cuda:8.9", "kv=fp8", "TRITON_ATTN", "")]
    [InlineData("cuda:7.5", "", "TRITON_ATTN", "a bfloat16 cache below compute capability 8.0")]
    [InlineData("cuda:7.5", "dtype=fp16", "TRITON_ATTN", "")]
    [InlineData("cuda:7.5", "mla", "TRITON_MLA", "a bfloat16 cache below compute capability 8.0")]
    [InlineData("cuda:10.0", "mla heads=256", "CUTLASS_MLA", "256 query heads: it takes at most 128")]
    [InlineData("rocm:gfx942", "mla heads=32", "ROCM_AITER_MLA", "32 query heads: it takes 16 or 128")]
    [InlineData("rocm:gfx942", "mla heads=16", "ROCM_AITER_MLA", "")]
    public void What_the_constructor_refuses_after_the_selector_is_told(string device, string words, string name, string refusals) =>
        Assert.Equal(refusals, string.Join(", ", VllmSelector.Predict(Asked.For(device, words) with { Backend = name }).ConstructorRefusals));

    [Theory]
    [InlineData("cuda:9.0", "alibi softcap", "FLASHINFER", AttentionFeatures.Alibi)]
    [InlineData("rocm:gfx942", "alibi softcap", "ROCM_ATTN", AttentionFeatures.SoftCap)]
    [InlineData("rocm:gfx942", "window softcap", "ROCM_AITER_FA", AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap)]
    [InlineData("cuda:9.0", "window softcap", "XFORMERS", AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap)]
    [InlineData("cuda:9.0", "alibi softcap window", "FLASH_ATTN", AttentionFeatures.None)]
    public void What_is_silently_ignored_is_told(string device, string words, string name, AttentionFeatures ignored) =>
        Assert.Equal(ignored, VllmSelector.Predict(Asked.For(device, words) with { Backend = name }).SilentlyIgnored);

    [Theory]
    [InlineData("cuda:7.5", "dtype=fp32 head=80 kv=fp8 page=8 mm_prefix sinks per_head type=Encoder window noncausal invariant connector pcp adaptive")]
    [InlineData("cuda:9.0", "sparse dtype=fp32 head=80 kv=fp8_ds_mla page=8")]
    [InlineData("rocm:gfx1100", "mla")]
    [InlineData("xpu", "sparse")]
    [InlineData("cpu", "mla")]
    public void Every_reason_says_what_was_asked_what_is_accepted_and_what_to_do(string device, string words) =>
        Assert.All(
            VllmBackends.All.SelectMany(backend => Refuse(Asked.For(device, words) with { Backend = backend.Name })),
            static reason => Assert.All([reason.Requested, reason.Accepted, reason.Remedy, reason.Phrase], Assert.NotEmpty));

    private static IEnumerable<SelectionReason> Refuse(AttentionRequest request)
    {
        try
        {
            VllmSelector.Predict(request);
            return [];
        }
        catch (BackendSelectionException exception)
        {
            return exception.Candidates.SelectMany(static verdict => verdict.Reasons);
        }
    }
}
