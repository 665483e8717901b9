namespace AttentionGen.Tests.Vllm;

/// <summary>AMD and Intel GPUs, processors and TPUs.</summary>
public sealed class OtherPlatformTests
{
    [Theory]
    [InlineData("rocm:gfx942", false, false, "", "ROCM_ATTN")]
    [InlineData("rocm:gfx942", true, false, "", "ROCM_ATTN")]
    [InlineData("rocm:gfx942", true, true, "", "ROCM_ATTN")]
    [InlineData("rocm:gfx1100", false, false, "", "ROCM_ATTN")]
    [InlineData("rocm:gfx1201", true, false, "", "ROCM_AITER_UNIFIED_ATTN")]
    [InlineData("rocm:gfx942", false, false, "connector", "TRITON_ATTN")]
    [InlineData("rocm:gfx942", true, true, "connector", "ROCM_AITER_FA")]
    [InlineData("rocm:gfx942", true, false, "connector", "ROCM_AITER_UNIFIED_ATTN")]
    [InlineData("rocm:gfx942", false, false, "dtype=fp32", "TRITON_ATTN")]
    [InlineData("rocm:gfx942", false, false, "head=80", "TRITON_ATTN")]
    [InlineData("rocm:gfx942", true, true, "head=512", "TRITON_ATTN")]
    [InlineData("rocm:gfx942", false, false, "sinks", "ROCM_ATTN")]
    [InlineData("rocm:gfx942", false, false, "kv=fp8", "ROCM_ATTN")]
    public void Dense_on_ROCm(string device, bool found, bool multiHead, string changes, string winner) => Assert.Equal(
        winner,
        VllmSelector.Predict(VllmRequests.Dense(device).With(changes), new VllmPlatform { AiterFound = found, AiterMultiHeadEnabled = multiHead }).Backend.Name);

    [Theory]
    [InlineData(true, 1, "ROCM_AITER_MLA")]
    [InlineData(true, 16, "ROCM_AITER_MLA")]
    [InlineData(false, 16, "TRITON_MLA")]
    public void Latent_on_ROCm(bool aiter, int pageSize, string winner) => Assert.Equal(
        winner, VllmSelector.Predict(VllmRequests.Latent("rocm:gfx942", pageSize), new VllmPlatform { AiterLatentEnabled = aiter }).Backend.Name);

    [Fact]
    public void Sparse_on_ROCm_is_served_by_a_later_name_alone() =>
        Assert.StartsWith("No valid attention backend found for rocm", Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Sparse("rocm:gfx942"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("FLASH_ATTN", "device not supported")]
    [InlineData("ROCM_AITER_MLA", "head_size not supported|non-MLA not supported")]
    public void A_named_backend_on_ROCm_is_strict(string backend, string phrases) => Assert.Equal(
        phrases.Split('|'), Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Dense("rocm:gfx942") with { Backend = backend })).Candidates.Single().Reasons.Select(static reason => reason.Phrase));

    [Theory]
    [InlineData("cpu", "TORCH_SDPA")]
    [InlineData("tpu", "PALLAS")]
    public void A_platform_with_one_backend_takes_it_without_a_look_at_what_it_can_do(string device, string winner)
    {
        Assert.Equal(winner, VllmSelector.Predict(VllmRequests.Dense(device)).Backend.Name);
        Assert.Equal(winner, VllmSelector.Predict(VllmRequests.Dense(device).With("head=16 page=7 kv=fp8 sinks")).Backend.Name);
        Assert.Equal(winner, VllmSelector.Predict(VllmRequests.Dense(device) with { Backend = winner }).Backend.Name);
    }

    [Theory]
    [InlineData("cpu", "FLASH_ATTN", "Cannot use FLASH_ATTN backend on CPU.")]
    [InlineData("cpu", "PALLAS", "Cannot use PALLAS backend on CPU.")]
    [InlineData("tpu", "FLASHINFER", "Cannot use FLASHINFER backend on TPU.")]
    public void There_another_name_is_refused_which_vLLM_would_log_and_put_aside(string device, string backend, string phrase) => Assert.Equal(
        [phrase], Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Dense(device) with { Backend = backend })).Candidates.Single().Reasons.Select(static reason => reason.Phrase));

    [Theory]
    [InlineData("cpu")]
    [InlineData("tpu")]
    public void Latent_and_sparse_attention_are_refused_there(string device)
    {
        Assert.Throws<BackendSelectionException>(() => VllmSelector.Predict(VllmRequests.Latent(device)));
        Assert.Throws<BackendSelectionException>(() => VllmSelector.Predict(VllmRequests.Sparse(device)));
    }

    [Theory]
    [InlineData("", "FLASH_ATTN")]
    [InlineData("dtype=fp32", "TRITON_ATTN")]
    [InlineData("mm_prefix", "TRITON_ATTN")]
    [InlineData("backend=TRITON_ATTN", "TRITON_ATTN")]
    [InlineData("backend=FLASH_ATTN mm_prefix", "FLASH_ATTN")]
    public void Dense_on_XPU(string changes, string winner) =>
        Assert.Equal(winner, VllmSelector.Predict(VllmRequests.Dense("xpu").With(changes)).Backend.Name);

    [Fact]
    public void Other_names_on_XPU_are_errors()
    {
        Assert.Equal("TRITON_MLA", VllmSelector.Predict(VllmRequests.Latent("xpu")).Backend.Name);
        Assert.Contains("Invalid attention backend for xpu, with use_mla: False", Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(VllmRequests.Dense("xpu") with { Backend = "FLASHINFER" })).Message, StringComparison.Ordinal);
    }
}
