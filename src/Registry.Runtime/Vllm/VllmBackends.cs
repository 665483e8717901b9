using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>vLLM's capability table of the 18 in-tree names: data, without device or registry.</summary>
/// <remarks>
/// Where vLLM's sources leave room, these readings hold.
/// <list type="bullet">
/// <item>A name that the cache list has as <c>auto</c> takes <c>float16</c> and <c>bfloat16</c> by name where the newest class
/// does: the first commit knew neither.</item>
/// <item>FLASH_ATTN has sinks and an 8-bit cache on 9.x alone, since FlashAttention-4 came after these capability sets; its
/// bidirectional spans and scales for each head are newer than they are and follow FlashAttention-4.</item>
/// <item>FLASHMLA's class takes 9.x and 10.x, and the check of combinations then says that its dense kernel is for 9.x.</item>
/// <item>Context-parallel prefill is a trait of vLLM's latent implementations and of no other.</item>
/// <item>XFORMERS and ROCM_AITER_FA take a window that one of their phases ignores, so the selector takes it too.</item>
/// <item>CUDA graph levels are the newest where the newest tree has the class.</item>
/// </list>
/// </remarks>
public static class VllmBackends
{
    private const ElementTypes Half = ElementTypes.Float16 | ElementTypes.BFloat16;
    private const ElementTypes HalfAndSingle = Half | ElementTypes.Float32;

    private const AttentionTypes AllTypes =
        AttentionTypes.Decoder | AttentionTypes.Encoder | AttentionTypes.EncoderOnly | AttentionTypes.CrossAttention;

    // What all 18 have: connectors are refused by ROCM_ATTN alone, and only backends of state-space models plan by host lengths.
    private const AttentionFeatures Common = AttentionFeatures.CacheTransfer | AttentionFeatures.DeviceQueryLengths;
    private const AttentionFeatures Latent = Common | AttentionFeatures.PrefillContextParallelism;
    private const AttentionFeatures LatentRejects = AttentionFeatures.Alibi | AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap;

    private const string SplitShape = "(2, nb, bs, nkv, hs)";
    private const string PagedShape = "(nb, 2, bs, nkv, hs)";
    private const string LatentShape = "(nb, bs, 576)";
    private const string LatentRule = "raises for ALiBi, a window, a soft cap, other roles than decoder, and shared KV caches";

    private static readonly ImmutableArray<int> s_flashHeads = [32, 64, 96, 128, 160, 192, 224, 256];
    private static readonly ImmutableArray<string> s_unquantized = [VllmTerms.Auto, VllmTerms.Float16, VllmTerms.BFloat16];
    private static readonly ImmutableArray<string> s_float8 = [.. s_unquantized, VllmTerms.Float8E4M3];
    private static readonly ImmutableArray<string> s_anyFloat8 = [.. s_float8, VllmTerms.Float8E5M2];
    private static readonly ImmutableArray<DeviceKind> s_cuda = [DeviceKind.Cuda];
    private static readonly ImmutableArray<DeviceKind> s_rocm = [DeviceKind.Rocm];
    private static readonly ImmutableArray<DeviceKind> s_anyGpu = [DeviceKind.Cuda, DeviceKind.Rocm, DeviceKind.Xpu];

    /// <summary>The 18, in the order of <see cref="Backend"/>.</summary>
    public static ImmutableArray<VllmBackend> All { get; } =
    [
        new()
        {
            Backend = Backend.FlashAttn,
            ClassPath = "vllm.v1.attention.backends.flash_attn.FlashAttentionBackend",
            Devices = [DeviceKind.Cuda, DeviceKind.Xpu],
            MinComputeCapability = 80,
            ElementTypes = Half,
            CacheTypes = s_unquantized,
            PageSizes = [16],
            HeadSizes = s_flashHeads,
            Types = AllTypes,
            Features = Common | AttentionFeatures.SlidingWindow | AttentionFeatures.NonCausal | AttentionFeatures.BatchInvariance,
            Conditions =
            [
                new(90, 99) { Features = AttentionFeatures.Sinks, CacheTypes = [VllmTerms.Float8E4M3], GraphCapture = GraphCaptureLevel.Always },
                new(90, 109) { Features = AttentionFeatures.PerHeadScales },
                new(90, 119) { Features = AttentionFeatures.BidirectionalSpans },
            ],
            GraphCapture = GraphCaptureLevel.UniformBatch,
            CacheShape = SplitShape,
            Kernel = "FlashAttention's varlen call with a block table: generation 3 on 9.x, 4 on 10.x, else 2; a shared prefix is a second call, merged by log-sum-exps",
        },
        new()
        {
            Backend = Backend.TritonAttn,
            ClassPath = "vllm.v1.attention.backends.triton_attn.TritonAttentionBackend",
            Devices = s_anyGpu,
            ElementTypes = HalfAndSingle,
            CacheTypes = s_anyFloat8,
            PageSizes = [16],
            MinHeadSize = 32,
            Features = Common | AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks | AttentionFeatures.NonCausal
                | AttentionFeatures.BatchInvariance | AttentionFeatures.BidirectionalSpans,
            GraphCapture = GraphCaptureLevel.Always,
            CacheShape = PagedShape,
            Kernel = "the unified Triton kernel, one launch for prefills and decodes",
            ConstructorRules = ["raises for an 8-bit cache below 8.9 and a bfloat16 cache below 8.0"],
        },
        new()
        {
            Backend = Backend.XFormers,
            ClassPath = "vllm.v1.attention.backends.xformers.XFormersAttentionBackend",
            Devices = s_cuda,
            ElementTypes = Half,
            CacheTypes = s_unquantized,
            PageSizes = [16],
            HeadSizes = [.. Enumerable.Range(4, 29).Select(static n => 8 * n)],
            Features = Common | AttentionFeatures.SlidingWindow,
            GraphCapture = GraphCaptureLevel.Never,
            CacheShape = SplitShape,
            Kernel = "prefills: the unified Triton kernel; decodes: xFormers' memory-efficient forward over the paged cache",
            RejectedByConstructor = AttentionFeatures.Alibi,
            ConstructorRules = ["raises for ALiBi; does not raise for an 8-bit cache, which it cannot read"],
            SilentlyIgnored = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap,
            IgnoredInOnePhase = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap,
        },
        new()
        {
            Backend = Backend.RocmAttn,
            ClassPath = "vllm.v1.attention.backends.rocm_attn.RocmAttentionBackend",
            Devices = s_rocm,
            ElementTypes = Half,
            CacheTypes = s_anyFloat8,
            PageSizes = [16],
            HeadSizes = s_flashHeads,
            Features = AttentionFeatures.DeviceQueryLengths | AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks
                | AttentionFeatures.NonCausal | AttentionFeatures.BidirectionalSpans,
            GraphCapture = GraphCaptureLevel.Always,
            CacheShape = SplitShape,
            Kernel = "a Triton kernel for prefills with a prefix, and ROCm's paged attention or Triton for decodes, by head size, page size, group size and architecture",
            SilentlyIgnored = AttentionFeatures.SoftCap,
        },
        new()
        {
            Backend = Backend.RocmAiterMla,
            ClassPath = "vllm.v1.attention.backends.mla.rocm_aiter_mla.AiterMLABackend",
            Devices = s_rocm,
            Architectures = ["gfx9"],
            ElementTypes = Half,
            CacheTypes = s_unquantized,
            PageSizes = [1],
            HeadSizes = [576],
            IsLatent = true,
            Features = Latent,
            GraphCapture = GraphCaptureLevel.UniformBatch,
            DecodeThresholdGrows = true,
            CacheShape = LatentShape,
            Kernel = "AITER's latent decode over pages of one token; prefills by AITER's varlen FlashAttention",
            RejectedByConstructor = LatentRejects,
            ConstructorRules = [LatentRule, "asserts 16 or 128 query heads and pages of one token"],
        },
        new()
        {
            Backend = Backend.RocmAiterFa,
            ClassPath = "vllm.v1.attention.backends.rocm_aiter_fa.AiterFlashAttentionBackend",
            Devices = s_rocm,
            Architectures = ["gfx9"],
            ElementTypes = Half,
            CacheTypes = s_anyFloat8,
            PageSizes = [16],
            HeadSizes = [64, 128, 256],
            Features = Common | AttentionFeatures.SlidingWindow | AttentionFeatures.NonCausal,
            GraphCapture = GraphCaptureLevel.UniformBatch,
            CacheShape = SplitShape,
            Kernel = "AITER's varlen FlashAttention over gathered keys for prefills, its paged attention for decodes",
            SilentlyIgnored = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap,
            IgnoredInOnePhase = AttentionFeatures.SlidingWindow | AttentionFeatures.SoftCap,
        },
        new()
        {
            Backend = Backend.TorchSdpa,
            ClassPath = "vllm.v1.attention.backends.cpu_attn.TorchSDPABackend",
            Devices = [DeviceKind.Cpu],
            ElementTypes = HalfAndSingle,
            CacheTypes = [VllmTerms.Auto],
            HeadSizes = [32, 64, 80, 96, 112, 128, 192, 256],
            Types = AllTypes,
            Features = Common | AttentionFeatures.SlidingWindow | AttentionFeatures.NonCausal,
            GraphCapture = GraphCaptureLevel.Never,
            CacheShape = "(2, nb, bs*nkv*hs)",
            Kernel = "PyTorch's scaled dot product attention for each prompt; the CPU extension's paged attention for decodes",
            ConstructorRules = ["warns that outputs may be slightly off with a soft cap", "head sizes and cache types are not checked; IPEX takes any head size and 8-bit caches"],
        },
        new()
        {
            Backend = Backend.FlashInfer,
            ClassPath = "vllm.v1.attention.backends.flashinfer.FlashInferBackend",
            Devices = s_cuda,
            MinComputeCapability = 80,
            MaxComputeCapability = 121,
            ElementTypes = Half,
            CacheTypes = s_anyFloat8,
            PageSizes = [16, 32, 64],
            HeadSizes = [64, 128, 256],
            Features = Common | AttentionFeatures.SlidingWindow | AttentionFeatures.NonCausal,
            Conditions =
            [
                new(100, 109)
                {
                    Features = AttentionFeatures.Sinks, GraphCapture = GraphCaptureLevel.UniformBatch, RequiredCacheLayout = VllmCacheLayout.Hnd,
                },
            ],
            GraphCapture = GraphCaptureLevel.UniformSingleTokenDecode,
            CacheShape = PagedShape,
            Kernel = "FlashInfer's planned prefill, decode and cascade wrappers, or TensorRT-LLM's kernels through FlashInfer on 10.x",
            ConstructorRules = ["raises for other roles than decoder and for sinks that are not one for each head"],
            SilentlyIgnored = AttentionFeatures.Alibi,
        },
        new()
        {
            Backend = Backend.FlashInferMla,
            ClassPath = "vllm.v1.attention.backends.mla.flashinfer_mla.FlashInferMLABackend",
            Devices = s_cuda,
            MinComputeCapability = 100,
            MaxComputeCapability = 109,
            ElementTypes = Half,
            CacheTypes = s_float8,
            PageSizes = [32, 64],
            HeadSizes = [576],
            IsLatent = true,
            Features = Latent | AttentionFeatures.NonCausal,
            GraphCapture = GraphCaptureLevel.UniformBatch,
            DecodeThresholdGrows = true,
            CacheShape = LatentShape,
            RequiredCacheLayout = VllmCacheLayout.Hnd,
            Kernel = "TensorRT-LLM's latent decode through FlashInfer",
            RejectedByConstructor = LatentRejects,
            ConstructorRules = [LatentRule],
        },
        new()
        {
            Backend = Backend.TritonMla,
            ClassPath = "vllm.v1.attention.backends.mla.triton_mla.TritonMLABackend",
            Devices = s_anyGpu,
            ElementTypes = Half,
            CacheTypes = s_unquantized,
            PageSizes = [16],
            HeadSizes = [576],
            IsLatent = true,
            Features = Latent | AttentionFeatures.NonCausal | AttentionFeatures.BatchInvariance,
            GraphCapture = GraphCaptureLevel.UniformSingleTokenDecode,
            CacheShape = LatentShape,
            Kernel = "a Triton decode in two stages: splits of the keys, then their merge",
            RejectedByConstructor = LatentRejects,
            ConstructorRules = [LatentRule, "raises for a bfloat16 cache below 8.0"],
        },
        new()
        {
            Backend = Backend.CutlassMla,
            ClassPath = "vllm.v1.attention.backends.mla.cutlass_mla.CutlassMLABackend",
            Devices = s_cuda,
            MinComputeCapability = 100,
            MaxComputeCapability = 109,
            ElementTypes = Half,
            CacheTypes = s_float8,
            PageSizes = [128],
            HeadSizes = [576],
            IsLatent = true,
            Features = Latent,
            GraphCapture = GraphCaptureLevel.UniformSingleTokenDecode,
            CacheShape = LatentShape,
            Kernel = "a CUTLASS latent decode for 10.x, query heads padded to 128",
            RejectedByConstructor = LatentRejects,
            ConstructorRules = [LatentRule, "asserts at most 128 query heads"],
        },
        new()
        {
            Backend = Backend.FlashMla,
            ClassPath = "vllm.v1.attention.backends.mla.flashmla.FlashMLABackend",
            Devices = s_cuda,
            MinComputeCapability = 90,
            MaxComputeCapability = 109,
            ElementTypes = Half,
            CacheTypes = s_float8,
            PageSizes = [64],
            HeadSizes = [576],
            IsLatent = true,
            Features = Latent,
            GraphCapture = GraphCaptureLevel.UniformBatch,
            DecodeThreshold = 128,
            CacheShape = LatentShape,
            Kernel = "FlashMLA's dense decode with a schedule planned for each step; 9.x only",
            RejectedByConstructor = LatentRejects,
            ConstructorRules = [LatentRule],
        },
        new()
        {
            Backend = Backend.FlashMlaSparse,
            ClassPath = "vllm.v1.attention.backends.mla.flashmla_sparse.FlashMLASparseBackend",
            Devices = s_cuda,
            MinComputeCapability = 90,
            MaxComputeCapability = 109,
            ElementTypes = ElementTypes.BFloat16,
            CacheTypes = [VllmTerms.Auto, VllmTerms.BFloat16, VllmTerms.PackedLatent],
            PageSizes = [64],
            HeadSizes = [576],
            IsLatent = true,
            IsSparse = true,
            Features = Latent,
            GraphCapture = GraphCaptureLevel.UniformBatch,
            CacheShape = "(nb, bs, 576), or (nb, bs, 656) bytes as fp8_ds_mla",
            Kernel = "FlashMLA's sparse forward over chosen tokens; packed caches by its sparse decode; heads padded to 64 on 9.x and 128 on 10.x",
            RejectedByConstructor = LatentRejects,
            ConstructorRules = [LatentRule],
        },
        new()
        {
            Backend = Backend.FlashAttnMla,
            ClassPath = "vllm.v1.attention.backends.mla.flashattn_mla.FlashAttnMLABackend",
            Devices = s_cuda,
            MinComputeCapability = 90,
            MaxComputeCapability = 99,
            ElementTypes = Half,
            CacheTypes = s_unquantized,
            PageSizes = [16],
            HeadSizes = [576],
            IsLatent = true,
            Features = Latent | AttentionFeatures.BatchInvariance,
            GraphCapture = GraphCaptureLevel.UniformBatch,
            DecodeThreshold = 512,
            CacheShape = LatentShape,
            Kernel = "FlashAttention-3's varlen call on the rotary part with the absorbed queries as a second operand",
            RejectedByConstructor = LatentRejects,
            ConstructorRules = [LatentRule, "raises for an 8-bit cache"],
        },
        new()
        {
            Backend = Backend.Pallas,
            ClassPath = "vllm.v1.attention.backends.pallas.PallasAttentionBackend",
            Devices = [DeviceKind.Tpu],
            ElementTypes = HalfAndSingle,
            CacheTypes = [VllmTerms.Auto, VllmTerms.Float8E4M3, VllmTerms.Float8E5M2],
            PageSizes = [16, 32, 64, 128, 256],
            Features = Common | AttentionFeatures.SlidingWindow,
            GraphCapture = GraphCaptureLevel.Never,
            CacheShape = "(nb, bs, 2*nkv, hs padded to a multiple of 128)",
            Kernel = "XLA's ragged paged attention",
            RejectedByConstructor = AttentionFeatures.Alibi,
            ConstructorRules = ["raises for ALiBi"],
        },
        new()
        {
            Backend = Backend.FlexAttention,
            ClassPath = "vllm.v1.attention.backends.flex_attention.FlexAttentionBackend",
            Devices = s_anyGpu,
            ElementTypes = HalfAndSingle,
            CacheTypes = s_unquantized,
            PageSizes = [16],
            Types = AttentionTypes.Decoder | AttentionTypes.EncoderOnly,
            Features = Common | AttentionFeatures.SlidingWindow | AttentionFeatures.NonCausal | AttentionFeatures.BatchInvariance
                | AttentionFeatures.BidirectionalSpans,
            GraphCapture = GraphCaptureLevel.Always,
            CacheShape = SplitShape,
            Kernel = "PyTorch's compiled flex_attention over the whole cache, with a mask that maps pages back to positions",
            RejectedByConstructor = AttentionFeatures.Alibi | AttentionFeatures.SoftCap,
            ConstructorRules = ["raises for other roles, ALiBi, a soft cap, shared KV caches and 8-bit caches"],
        },
        new()
        {
            Backend = Backend.TreeAttn,
            ClassPath = "vllm.v1.attention.backends.tree_attn.TreeAttentionBackend",
            Devices = s_cuda,
            ElementTypes = Half,
            CacheTypes = s_unquantized,
            PageSizes = [16],
            HeadSizes = s_flashHeads,
            Features = Common | AttentionFeatures.SlidingWindow,
            GraphCapture = GraphCaptureLevel.Never,
            DecodeThresholdGrows = true,
            CacheShape = SplitShape,
            Kernel = "the unified Triton kernel, with the tree as a bias of 0 and minus infinity in decodes",
        },
        new()
        {
            Backend = Backend.RocmAiterUnifiedAttn,
            ClassPath = "vllm.v1.attention.backends.rocm_aiter_unified_attn.RocmAiterUnifiedAttentionBackend",
            Devices = s_rocm,
            ElementTypes = Half,
            CacheTypes = s_anyFloat8,
            PageSizes = [16],
            HeadSizes = s_flashHeads,
            Features = Common | AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks | AttentionFeatures.BidirectionalSpans,
            GraphCapture = GraphCaptureLevel.Always,
            CacheShape = SplitShape,
            Kernel = "AITER's unified Triton kernel",
        },
    ];

    /// <summary>The entry of an in-tree name.</summary>
    /// <param name="backend">The name.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is no member of the enum.</exception>
    public static VllmBackend Of(Backend backend) =>
        BackendNames.IsDefined(backend) ? All[(int)backend] : throw new ArgumentOutOfRangeException(
            nameof(backend), backend, $"{backend} is no in-tree name. In-tree names: {string.Join(", ", BackendNames.All)}.");
}
