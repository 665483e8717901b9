namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>Devices, features, graph levels and decode thresholds of vLLM's classes.</summary>
public sealed class TraitTests
{
    [Theory]
    // name, devices, capabilities, latent, sparse
    [InlineData("FLASH_ATTN", "Cuda Xpu", 80, 0, false, false)]
    [InlineData("TRITON_ATTN", "Cuda Rocm Xpu", 0, 0, false, false)]
    [InlineData("XFORMERS", "Cuda", 0, 0, false, false)]
    [InlineData("ROCM_ATTN", "Rocm", 0, 0, false, false)]
    [InlineData("ROCM_AITER_MLA", "Rocm", 0, 0, true, false)]
    [InlineData("ROCM_AITER_FA", "Rocm", 0, 0, false, false)]
    [InlineData("TORCH_SDPA", "Cpu", 0, 0, false, false)]
    [InlineData("FLASHINFER", "Cuda", 80, 121, false, false)]
    [InlineData("FLASHINFER_MLA", "Cuda", 100, 109, true, false)]
    [InlineData("TRITON_MLA", "Cuda Rocm Xpu", 0, 0, true, false)]
    [InlineData("CUTLASS_MLA", "Cuda", 100, 109, true, false)]
    [InlineData("FLASHMLA", "Cuda", 90, 109, true, false)]
    [InlineData("FLASHMLA_SPARSE", "Cuda", 90, 109, true, true)]
    [InlineData("FLASH_ATTN_MLA", "Cuda", 90, 99, true, false)]
    [InlineData("PALLAS", "Tpu", 0, 0, false, false)]
    [InlineData("FLEX_ATTENTION", "Cuda Rocm Xpu", 0, 0, false, false)]
    [InlineData("TREE_ATTN", "Cuda", 0, 0, false, false)]
    [InlineData("ROCM_AITER_UNIFIED_ATTN", "Rocm", 0, 0, false, false)]
    public void Devices_and_forms(string name, string devices, int min, int max, bool latent, bool sparse)
    {
        VllmBackend backend = Find(name);

        Assert.Equal(devices, string.Join(' ', backend.Devices));
        Assert.Equal((min, max, latent, sparse), (backend.MinComputeCapability, backend.MaxComputeCapability, backend.IsLatent, backend.IsSparse));
    }

    [Theory]
    [InlineData(AttentionFeatures.SlidingWindow, 90, "FLASH_ATTN TRITON_ATTN XFORMERS ROCM_ATTN ROCM_AITER_FA TORCH_SDPA FLASHINFER PALLAS FLEX_ATTENTION TREE_ATTN ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(AttentionFeatures.Sinks, 80, "TRITON_ATTN ROCM_ATTN ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(AttentionFeatures.Sinks, 90, "FLASH_ATTN TRITON_ATTN ROCM_ATTN ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(AttentionFeatures.Sinks, 100, "TRITON_ATTN ROCM_ATTN FLASHINFER ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(AttentionFeatures.Sinks, 120, "TRITON_ATTN ROCM_ATTN ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(AttentionFeatures.NonCausal, 90, "FLASH_ATTN TRITON_ATTN ROCM_ATTN ROCM_AITER_FA TORCH_SDPA FLASHINFER FLASHINFER_MLA TRITON_MLA FLEX_ATTENTION")]
    [InlineData(AttentionFeatures.BatchInvariance, 90, "FLASH_ATTN TRITON_ATTN TRITON_MLA FLASH_ATTN_MLA FLEX_ATTENTION")]
    [InlineData(AttentionFeatures.PerHeadScales, 80, "")]
    [InlineData(AttentionFeatures.PerHeadScales, 90, "FLASH_ATTN")]
    [InlineData(AttentionFeatures.PerHeadScales, 100, "FLASH_ATTN")]
    [InlineData(AttentionFeatures.BidirectionalSpans, 80, "TRITON_ATTN ROCM_ATTN FLEX_ATTENTION ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(AttentionFeatures.BidirectionalSpans, 100, "FLASH_ATTN TRITON_ATTN ROCM_ATTN FLEX_ATTENTION ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(AttentionFeatures.PrefillContextParallelism, 90, "ROCM_AITER_MLA FLASHINFER_MLA TRITON_MLA CUTLASS_MLA FLASHMLA FLASHMLA_SPARSE FLASH_ATTN_MLA")]
    public void Features(AttentionFeatures feature, int capability, string names) =>
        Assert.Equal(names, string.Join(' ', VllmBackends.All.Where(backend => (backend.FeaturesOn(AttentionDevice.Cuda(capability)) & feature) != 0).Select(static backend => backend.Name)));

    [Fact]
    public void Connectors_are_refused_by_ROCM_ATTN_alone_and_adaptive_verification_by_none()
    {
        Assert.Equal("ROCM_ATTN", Assert.Single(VllmBackends.All, static backend => (backend.Features & AttentionFeatures.CacheTransfer) == 0).Name);
        Assert.All(VllmBackends.All, static backend => Assert.NotEqual(AttentionFeatures.None, backend.Features & AttentionFeatures.DeviceQueryLengths));
    }

    [Theory]
    [InlineData(GraphCaptureLevel.Always, 90, "FLASH_ATTN TRITON_ATTN ROCM_ATTN FLEX_ATTENTION ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(GraphCaptureLevel.Always, 80, "TRITON_ATTN ROCM_ATTN FLEX_ATTENTION ROCM_AITER_UNIFIED_ATTN")]
    [InlineData(GraphCaptureLevel.UniformBatch, 80, "FLASH_ATTN ROCM_AITER_MLA ROCM_AITER_FA FLASHINFER_MLA FLASHMLA FLASHMLA_SPARSE FLASH_ATTN_MLA")]
    [InlineData(GraphCaptureLevel.UniformBatch, 100, "FLASH_ATTN ROCM_AITER_MLA ROCM_AITER_FA FLASHINFER FLASHINFER_MLA FLASHMLA FLASHMLA_SPARSE FLASH_ATTN_MLA")]
    [InlineData(GraphCaptureLevel.UniformSingleTokenDecode, 90, "FLASHINFER TRITON_MLA CUTLASS_MLA")]
    [InlineData(GraphCaptureLevel.Never, 90, "XFORMERS TORCH_SDPA PALLAS TREE_ATTN")]
    public void Graph_levels(GraphCaptureLevel level, int capability, string names) =>
        Assert.Equal(names, string.Join(' ', VllmBackends.All.Where(backend => backend.GraphCaptureOn(AttentionDevice.Cuda(capability)) == level).Select(static backend => backend.Name)));

    [Theory]
    [InlineData("FLASH_ATTN_MLA", 512, false)]
    [InlineData("FLASHMLA", 128, false)]
    [InlineData("FLASHINFER_MLA", 1, true)]
    [InlineData("ROCM_AITER_MLA", 1, true)]
    [InlineData("TREE_ATTN", 1, true)]
    [InlineData("XFORMERS", 1, false)]
    [InlineData("FLASHINFER", 1, false)]
    public void Decode_thresholds(string name, int threshold, bool grows) =>
        Assert.Equal((threshold, grows), (Find(name).DecodeThreshold, Find(name).DecodeThresholdGrows));

    private static VllmBackend Find(string name) => VllmBackends.All.Single(backend => backend.Name == name);
}
