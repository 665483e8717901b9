namespace AttentionGen.Tests.Vllm;

/// <summary>Dense attention on NVIDIA GPUs: who wins, and what vLLM says of those before it.</summary>
public sealed class CudaDenseTests
{
    [Theory]
    // The order by capability: FLASHINFER first on 10.x and only for causal attention, FLASH_ATTN first everywhere else.
    [InlineData("cuda:7.5", "", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "", "FLASH_ATTN")]
    [InlineData("cuda:8.6", "", "FLASH_ATTN")]
    [InlineData("cuda:8.9", "", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "", "FLASHINFER")]
    [InlineData("cuda:10.3", "", "FLASHINFER")]
    [InlineData("cuda:12.0", "", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "noncausal", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "noncausal", "FLASH_ATTN")]
    // Element types: float32 is Triton's.
    [InlineData("cuda:7.5", "dtype=fp16", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "dtype=fp32", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "dtype=fp32", "TRITON_ATTN")]
    [InlineData("cuda:10.0", "dtype=fp32", "TRITON_ATTN")]
    // 8-bit caches: FlashAttention-3 on 9.x has e4m3; FLASHINFER has both on 8.0 and newer.
    [InlineData("cuda:8.0", "kv=fp8", "FLASHINFER")]
    [InlineData("cuda:8.9", "kv=fp8", "FLASHINFER")]
    [InlineData("cuda:9.0", "kv=fp8", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "kv=fp8_e5m2", "FLASHINFER")]
    [InlineData("cuda:10.0", "kv=fp8", "FLASHINFER")]
    [InlineData("cuda:12.0", "kv=fp8", "FLASHINFER")]
    [InlineData("cuda:7.5", "kv=fp8", "TRITON_ATTN")]
    // Sinks: FlashAttention-3 on 9.x, FLASHINFER on 10.x, else Triton.
    [InlineData("cuda:7.5", "sinks", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "sinks", "TRITON_ATTN")]
    [InlineData("cuda:8.9", "sinks", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "sinks", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "sinks", "FLASHINFER")]
    [InlineData("cuda:12.0", "sinks", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "sinks kv=fp8", "TRITON_ATTN")]
    // Head sizes.
    [InlineData("cuda:9.0", "head=64", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "head=256", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "head=80", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "head=512", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "head=16", "FLEX_ATTENTION")]
    [InlineData("cuda:10.0", "head=96", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "head=16", "FLEX_ATTENTION")]
    [InlineData("cuda:7.5", "head=16", "FLEX_ATTENTION")]
    // Page sizes: any multiple of one that a kernel has, and none given.
    [InlineData("cuda:9.0", "page=none", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "page=64", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "page=48", "FLASHINFER")]
    [InlineData("cuda:10.0", "page=256", "FLASHINFER")]
    // Roles.
    [InlineData("cuda:9.0", "type=Encoder", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "type=EncoderOnly", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "type=CrossAttention", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "type=EncoderOnly", "FLASH_ATTN")]
    [InlineData("cuda:7.5", "type=EncoderOnly", "FLEX_ATTENTION")]
    // The other inputs.
    [InlineData("cuda:9.0", "window", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "window", "FLASHINFER")]
    [InlineData("cuda:9.0", "invariant", "FLASH_ATTN")]
    [InlineData("cuda:10.0", "invariant", "FLASH_ATTN")]
    [InlineData("cuda:7.5", "invariant", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "mm_prefix", "TRITON_ATTN")]
    [InlineData("cuda:8.0", "mm_prefix", "TRITON_ATTN")]
    [InlineData("cuda:9.0", "per_head", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "connector", "FLASH_ATTN")]
    [InlineData("cuda:9.0", "adaptive", "FLASH_ATTN")]
    public void The_winner(string device, string changes, string winner) =>
        Assert.Equal(winner, VllmSelector.Predict(VllmRequests.Dense(device).With(changes)).Backend.Name);

    [Theory]
    [InlineData("cuda:9.0", "head=80", "FLASH_ATTN", "head_size not supported")]
    [InlineData("cuda:9.0", "dtype=fp32", "FLASH_ATTN", "dtype not supported")]
    [InlineData("cuda:9.0", "page=24", "FLASH_ATTN", "block_size not supported")]
    [InlineData("cuda:7.5", "", "FLASH_ATTN", "compute capability not supported")]
    [InlineData("cuda:7.5", "", "FLASHINFER", "compute capability not supported")]
    [InlineData("cuda:8.0", "sinks", "FLASH_ATTN", "attention sinks not supported|sink not supported on compute capability < 9.0")]
    [InlineData("cuda:12.0", "sinks", "FLASH_ATTN", "attention sinks not supported")]
    [InlineData("cuda:12.0", "sinks", "FLASHINFER", "attention sinks not supported")]
    [InlineData("cuda:8.0", "kv=fp8", "FLASH_ATTN", "kv_cache_dtype not supported|FP8 KV cache requires FA3 on SM90 or FA4 on SM100")]
    [InlineData("cuda:7.5", "type=EncoderOnly", "TRITON_ATTN", "attention type encoder_only not supported")]
    [InlineData("cuda:9.0", "type=CrossAttention", "FLASHINFER", "attention type encoder_decoder not supported")]
    [InlineData("cuda:9.0", "pcp", "FLASH_ATTN", "PCP not supported")]
    [InlineData("cuda:9.0", "mm_prefix", "FLASHINFER", "partial multimodal token full attention not supported")]
    [InlineData("cuda:8.0", "per_head", "FLASH_ATTN", "per-head quant scales not supported")]
    [InlineData("cuda:9.0", "invariant", "FLASHINFER", "batch invariance not supported")]
    [InlineData("cuda:9.0", "noncausal", "TREE_ATTN", "non-causal attention not supported")]
    [InlineData("cuda:9.0", "connector", "ROCM_ATTN", "device not supported|KV connector not supported")]
    [InlineData("cuda:9.0", "", "FLASHMLA", "head_size not supported|block_size not supported|non-MLA not supported")]
    [InlineData("cuda:9.0", "", "FLASHMLA_SPARSE", "head_size not supported|block_size not supported|non-MLA not supported|non-sparse not supported")]
    [InlineData("cuda:7.5", "head=80 dtype=fp32 kv=fp8 page=24 mm_prefix sinks per_head type=EncoderOnly window noncausal invariant pcp", "FLASHINFER",
        "head_size not supported|dtype not supported|block_size not supported|partial multimodal token full attention not supported|"
        + "attention sinks not supported|per-head quant scales not supported|compute capability not supported|attention type encoder_only not supported|"
        + "batch invariance not supported|PCP not supported")]
    public void A_named_backend_is_refused_in_vLLMs_words_all_of_them_and_in_its_order(string device, string changes, string backend, string phrases)
    {
        BackendSelectionException error = Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Dense(device).With(changes) with { Backend = backend }));

        Assert.Equal(phrases.Split('|'), error.Candidates.Single().Reasons.Select(static reason => reason.Phrase));
        Assert.StartsWith(
            $"Selected backend AttentionBackendEnum.{backend} is not valid for this configuration. Reason: ['{string.Join("', '", phrases.Split('|'))}']",
            error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FLASH_ATTN", "cuda:8.0", "")]
    [InlineData("flashinfer", "cuda:8.0", "")]
    [InlineData("TRITON_ATTN", "cuda:7.5", "head=40")]
    [InlineData("FLEX_ATTENTION", "cuda:7.5", "head=17")]
    [InlineData("XFORMERS", "cuda:7.5", "head=40")]
    [InlineData("TREE_ATTN", "cuda:8.0", "head=96")]
    public void A_named_backend_is_taken_where_vLLM_has_nothing_against_it(string backend, string device, string changes)
    {
        VllmPrediction prediction = VllmSelector.Predict(VllmRequests.Dense(device).With(changes) with { Backend = backend });

        Assert.Equal(backend.ToUpperInvariant(), prediction.Backend.Name);
        Assert.Equal($"Using AttentionBackendEnum.{backend.ToUpperInvariant()} backend.", prediction.Log);
    }

    [Fact]
    public void The_log_names_the_winner_and_all_that_could()
    {
        VllmPrediction prediction = VllmSelector.Predict(VllmRequests.Dense("cuda:9.0").With("head=96"));

        Assert.Equal("Using FLASH_ATTN attention backend out of potential backends: ['FLASH_ATTN', 'TRITON_ATTN', 'FLEX_ATTENTION'].", prediction.Log);
        Assert.Equal(["FLASH_ATTN", "FLASHINFER", "TRITON_ATTN", "FLEX_ATTENTION"], prediction.Candidates.Select(static candidate => candidate.Backend.Name));
        Assert.Null(prediction.Warning);
    }

    [Fact]
    public void Where_none_can_the_error_has_the_configuration_and_the_reasons_of_each()
    {
        BackendSelectionException error = Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Dense("cuda:9.0").With("page=24 sinks")));

        Assert.StartsWith(
            "No valid attention backend found for cuda with AttentionSelectorConfig(head_size=128, dtype=torch.bfloat16, kv_cache_dtype=auto, "
            + "block_size=24, use_mla=False, has_sink=True, use_sparse=False, use_mm_prefix=False, use_per_head_quant_scales=False, "
            + "attn_type=decoder, has_sliding_window=False, use_non_causal=False, use_batch_invariant=False, use_kv_connector=False, "
            + "use_pcp=False, use_adaptive_verification=False). Reasons: {FLASH_ATTN: [block_size not supported], "
            + "FLASHINFER: [block_size not supported, attention sinks not supported], TRITON_ATTN: [block_size not supported], "
            + "FLEX_ATTENTION: [block_size not supported, attention sinks not supported]}.",
            error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda:10.0", "FLASHINFER", VllmCacheLayout.Hnd)]
    [InlineData("cuda:9.0", "FLASHINFER", null)]
    [InlineData("cuda:9.0", "FLASH_ATTN", null)]
    public void Some_require_a_layout(string device, string backend, VllmCacheLayout? layout) =>
        Assert.Equal(layout, VllmSelector.Predict(VllmRequests.Dense(device) with { Backend = backend }).RequiredCacheLayout);

    [Fact]
    public void ALiBi_and_soft_caps_are_no_inputs_of_vLLMs_and_some_backends_then_ignore_them()
    {
        Assert.Equal("FLASHINFER", VllmSelector.Predict(VllmRequests.Dense("cuda:10.0").With("alibi softcap")).Backend.Name);
        Assert.Equal(AttentionFeatures.Alibi, VllmBackends.Of(Backend.FlashInfer).SilentlyIgnored);
        Assert.Equal(AttentionFeatures.SoftCap, VllmBackends.Of(Backend.RocmAttn).SilentlyIgnored);
    }
}
