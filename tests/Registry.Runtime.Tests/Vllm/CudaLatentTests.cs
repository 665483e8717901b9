namespace AttentionGen.Tests.Vllm;

/// <summary>Latent attention on NVIDIA GPUs, dense and sparse.</summary>
public sealed class CudaLatentTests
{
    [Theory]
    [InlineData("cuda:9.0", "", "FLASH_ATTN_MLA")]
    [InlineData("cuda:9.0", "page=16", "FLASH_ATTN_MLA")]
    [InlineData("cuda:9.0", "page=none", "FLASH_ATTN_MLA")]
    [InlineData("cuda:9.0", "kv=fp8", "FLASHMLA")]
    [InlineData("cuda:9.0", "invariant", "FLASH_ATTN_MLA")]
    [InlineData("cuda:9.0", "noncausal", "TRITON_MLA")]
    [InlineData("cuda:8.0", "", "TRITON_MLA")]
    [InlineData("cuda:8.9", "", "TRITON_MLA")]
    [InlineData("cuda:7.5", "dtype=fp16", "TRITON_MLA")]
    [InlineData("cuda:10.0", "", "FLASHINFER_MLA")]
    [InlineData("cuda:10.0", "page=32", "FLASHINFER_MLA")]
    [InlineData("cuda:10.0", "page=128", "FLASHINFER_MLA")]
    [InlineData("cuda:10.0", "page=16", "TRITON_MLA")]
    [InlineData("cuda:10.0", "kv=fp8", "FLASHINFER_MLA")]
    [InlineData("cuda:10.0", "invariant", "TRITON_MLA")]
    [InlineData("cuda:12.0", "", "TRITON_MLA")]
    [InlineData("cuda:9.0", "pcp", "FLASH_ATTN_MLA")]
    public void The_winner_of_dense_latent_attention(string device, string changes, string winner) =>
        Assert.Equal(winner, VllmSelector.Predict(VllmRequests.Latent(device).With(changes)).Backend.Name);

    [Theory]
    [InlineData("cuda:9.0", "", "FLASHMLA_SPARSE")]
    [InlineData("cuda:9.0", "kv=fp8_ds_mla", "FLASHMLA_SPARSE")]
    [InlineData("cuda:10.0", "", "FLASHMLA_SPARSE")]
    [InlineData("cuda:10.0", "heads=16", "FLASHMLA_SPARSE")]
    [InlineData("cuda:10.0", "kv=fp8_ds_mla", "FLASHMLA_SPARSE")]
    public void The_winner_of_sparse_latent_attention(string device, string changes, string winner) =>
        Assert.Equal(winner, VllmSelector.Predict(VllmRequests.Sparse(device).With(changes)).Backend.Name);

    [Theory]
    [InlineData("cuda:8.0", "")]
    [InlineData("cuda:12.0", "")]
    [InlineData("cuda:9.0", "dtype=fp16")]
    [InlineData("cuda:9.0", "page=16")]
    public void There_is_no_sparse_one_elsewhere(string device, string changes) =>
        Assert.StartsWith("No valid attention backend found for cuda with", Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Sparse(device).With(changes))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "FLASHINFER_MLA,CUTLASS_MLA,FLASH_ATTN_MLA,FLASHMLA,TRITON_MLA,FLASHMLA_SPARSE")]
    [InlineData("heads=16", "FLASHINFER_MLA,CUTLASS_MLA,FLASH_ATTN_MLA,FLASHMLA,TRITON_MLA,FLASHMLA_SPARSE")]
    public void The_order_on_10_without_the_later_names(string changes, string order) => Assert.Equal(
        order.Split(','), VllmSelector.Predict(VllmRequests.Latent("cuda:10.0").With(changes)).Candidates.Select(static candidate => candidate.Backend.Name));

    [Theory]
    [InlineData("", "FLASHMLA_SPARSE,FLASHINFER_MLA_SPARSE")]
    [InlineData("heads=16", "FLASHINFER_MLA_SPARSE,FLASHMLA_SPARSE")]
    [InlineData("heads=17", "FLASHMLA_SPARSE,FLASHINFER_MLA_SPARSE")]
    [InlineData("kv=fp8", "FLASHINFER_MLA_SPARSE,FLASHMLA_SPARSE")]
    public void The_sparse_pair_on_10_turns_round_for_quantised_caches_and_few_heads(string changes, string pair) =>
        Assert.Equal(pair.Split(','), VllmPriorities.OrderFor(VllmRequests.Sparse("cuda:10.0").With(changes))[^2..]);

    [Theory]
    [InlineData("cuda:9.0", "FLASHINFER_MLA", "", "compute capability not supported")]
    [InlineData("cuda:9.0", "CUTLASS_MLA", "page=128", "compute capability not supported")]
    [InlineData("cuda:10.0", "CUTLASS_MLA", "", "block_size not supported")]
    [InlineData("cuda:10.0", "FLASHMLA", "", "FLASHMLA Dense is only supported on Hopper devices.")]
    [InlineData("cuda:10.0", "FLASH_ATTN_MLA", "", "compute capability not supported|FlashAttention MLA not supported on this device")]
    [InlineData("cuda:9.0", "FLASHMLA", "page=16", "block_size not supported")]
    [InlineData("cuda:9.0", "FLASH_ATTN_MLA", "kv=fp8", "kv_cache_dtype not supported")]
    [InlineData("cuda:9.0", "FLASH_ATTN", "", "head_size not supported|MLA not supported")]
    [InlineData("cuda:9.0", "TRITON_ATTN", "", "MLA not supported")]
    [InlineData("cuda:9.0", "FLASHMLA_SPARSE", "", "non-sparse not supported")]
    [InlineData("cuda:9.0", "TRITON_MLA", "sinks window", "attention sinks not supported|sliding window not supported")]
    public void A_named_backend_is_refused_in_vLLMs_words(string device, string backend, string changes, string phrases)
    {
        BackendSelectionException error = Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Latent(device).With(changes) with { Backend = backend }));

        Assert.Equal(phrases.Split('|'), error.Candidates.Single().Reasons.Select(static reason => reason.Phrase), StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("FLASH_ATTN_MLA", "sparse not supported")]
    [InlineData("TRITON_ATTN", "MLA not supported|sparse not supported")]
    public void Sparse_attention_is_asked_of_sparse_backends_alone(string backend, string phrases) =>
        Assert.Equal(phrases.Split('|'), Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Sparse("cuda:9.0") with { Backend = backend })).Candidates.Single().Reasons.Select(static reason => reason.Phrase));

    [Fact]
    public void A_build_without_FlashMLA_says_so()
    {
        VllmPlatform platform = new() { FlashMlaCompiled = false };

        Assert.Equal("TRITON_MLA", VllmSelector.Predict(VllmRequests.Latent("cuda:9.0").With("kv=bf16 noncausal"), platform).Backend.Name);
        Assert.Contains("_flashmla_C is not available", Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Latent("cuda:9.0") with { Backend = "FLASHMLA" }, platform)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_size_that_alone_rules_out_better_ones_is_warned_of() => Assert.Equal(
        "--block-size 16 precluded higher-priority backend(s) FLASHINFER_MLA, CUTLASS_MLA. Using TRITON_MLA instead, which may result in reduced performance. Consider removing --block-size to auto-select the optimal block size.",
        VllmSelector.Predict(VllmRequests.Latent("cuda:10.0", pageSize: 16)).Warning);

    [Fact]
    public void Latent_backends_on_10_require_heads_before_tokens() =>
        Assert.Equal(VllmCacheLayout.Hnd, VllmSelector.Predict(VllmRequests.Latent("cuda:10.0")).RequiredCacheLayout);
}
