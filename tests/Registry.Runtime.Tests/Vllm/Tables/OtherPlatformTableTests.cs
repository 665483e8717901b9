namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>vLLM's choices where it checks nothing: CPU, TPU and Intel GPUs.</summary>
public sealed class OtherPlatformTableTests
{
    [Theory]
    [InlineData("cpu", "dtype=fp32", "TORCH_SDPA")]
    [InlineData("cpu", "head=16", "TORCH_SDPA")]
    [InlineData("cpu", "head=7 page=3", "TORCH_SDPA")]
    [InlineData("cpu", "kv=fp8", "TORCH_SDPA")]
    [InlineData("cpu", "sinks window mm_prefix per_head noncausal invariant connector pcp adaptive", "TORCH_SDPA")]
    [InlineData("cpu", "type=Encoder", "TORCH_SDPA")]
    [InlineData("cpu", "mla", "none")]
    [InlineData("cpu", "sparse", "none")]
    [InlineData("tpu", "", "PALLAS")]
    [InlineData("tpu", "head=80 kv=fp8_e5m2", "PALLAS")]
    [InlineData("tpu", "type=EncoderOnly sinks", "PALLAS")]
    [InlineData("tpu", "mla", "none")]
    [InlineData("tpu", "sparse", "none")]
    [InlineData("xpu", "", "FLASH_ATTN")]
    [InlineData("xpu", "dtype=fp16 head=16", "FLASH_ATTN")]
    [InlineData("xpu", "kv=fp8 sinks", "FLASH_ATTN")]
    [InlineData("xpu", "dtype=fp32", "TRITON_ATTN")]
    [InlineData("xpu", "mm_prefix", "TRITON_ATTN")]
    [InlineData("xpu", "mm_prefix dtype=fp32", "TRITON_ATTN")]
    [InlineData("xpu", "mla", "TRITON_MLA")]
    [InlineData("xpu", "mla dtype=fp32 kv=fp8", "TRITON_MLA")]
    [InlineData("xpu", "sparse", "none")]
    public void The_winner_is_vLLMs(string device, string words, string winner) => Assert.Equal(winner, Answers.Winner(Asked.For(device, words)));

    [Theory]
    [InlineData("cpu", "", "TORCH_SDPA")]
    [InlineData("tpu", "", "PALLAS")]
    [InlineData("xpu", "", "FLASH_ATTN")]
    [InlineData("xpu", "", "TRITON_ATTN")]
    [InlineData("xpu", "dtype=fp32", "TRITON_ATTN")]
    [InlineData("xpu", "mm_prefix", "FLASH_ATTN")]
    [InlineData("xpu", "mla", "TRITON_MLA")]
    public void The_right_name_is_taken(string device, string words, string name) =>
        Assert.Equal(name, Answers.Winner(Asked.For(device, words) with { Backend = name }));

    [Theory]
    [InlineData("cpu", "", "FLASH_ATTN", "Cannot use FLASH_ATTN backend on CPU.")]
    [InlineData("cpu", "", "XFORMERS", "Cannot use XFORMERS backend on CPU.")]
    [InlineData("cpu", "mla", "TRITON_MLA", "MLA is not supported on CPU.")]
    [InlineData("cpu", "mla", null, "MLA is not supported on CPU.")]
    [InlineData("cpu", "mla", "TORCH_SDPA", "MLA is not supported on CPU.")]
    [InlineData("cpu", "sparse", null, "Sparse Attention is not supported on CPU.")]
    [InlineData("tpu", "", "FLASH_ATTN", "Cannot use FLASH_ATTN backend on TPU.")]
    [InlineData("tpu", "mla", null, "MLA is not supported on TPU.")]
    [InlineData("tpu", "sparse", null, "Sparse Attention is not supported on TPU.")]
    [InlineData("xpu", "", "FLEX_ATTENTION", "Invalid attention backend for xpu, with use_mla: False.")]
    [InlineData("xpu", "", "TRITON_MLA", "Invalid attention backend for xpu, with use_mla: False.")]
    [InlineData("xpu", "mla", "FLASHMLA", "Invalid attention backend for xpu, with use_mla: True.")]
    [InlineData("xpu", "dtype=fp32", "FLASH_ATTN", "Flash Attention on XPU does not support float32 dtype.")]
    [InlineData("xpu", "sparse", null, "Sparse Attention is not supported on XPU.")]
    public void A_refusal_has_vLLMs_words_and_what_to_do(string device, string words, string? name, string start)
    {
        BackendSelectionException exception = Assert.Throws<BackendSelectionException>(
            () => VllmSelector.Predict(Asked.For(device, words) with { Backend = name }));

        Assert.StartsWith(start + " ", exception.Message, StringComparison.Ordinal);
        Assert.True(exception.Message.Length > start.Length + 20, "The message does not say what to do.");
    }

    [Theory]
    [InlineData("cpu", "", null, "Using Torch SDPA backend.")]
    [InlineData("tpu", "", null, "Using Pallas V1 backend.")]
    [InlineData("xpu", "", null, "Using Flash Attention backend.")]
    [InlineData("xpu", "", "TRITON_ATTN", "Using Triton backend.")]
    [InlineData("xpu", "mla", null, "Using Triton MLA backend on V1 engine.")]
    [InlineData("xpu", "dtype=fp32", null, "Flash Attention on XPU does not support float32 dtype. Falling back to Triton Attention backend.")]
    [InlineData("xpu", "mm_prefix", null, "Flash Attention on XPU does not support multimodal prefix-LM attention. Falling back to Triton Attention backend.")]
    public void The_log_is_vLLMs(string device, string words, string? name, string line) =>
        Assert.Equal(line, VllmSelector.Predict(Asked.For(device, words) with { Backend = name }).Log);

    [Theory]
    [InlineData("cpu")]
    [InlineData("tpu")]
    [InlineData("xpu")]
    [InlineData("cuda:9.0")]
    [InlineData("rocm:gfx942")]
    public void A_cache_type_that_vLLM_has_no_name_for_is_refused_everywhere(string device) =>
        Assert.StartsWith("Invalid kv_cache_dtype: float32. Valid values are: auto, float16, bfloat16, fp8, fp8_e4m3, fp8_e5m2, fp8_ds_mla.",
            Assert.Throws<BackendSelectionException>(() => VllmSelector.Predict(Asked.For(device, "kv=fp32"))).Message, StringComparison.Ordinal);
}
