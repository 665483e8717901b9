using System.ComponentModel;
using System.Text.Json.Serialization;

namespace AttentionGen;

/// <summary>
/// The in-tree attention backends: the 18 names of vLLM's registry.
/// </summary>
/// <remarks>
/// <para>
/// A name stands for the algorithm, the capability set and the KV cache layout that vLLM gives it. What computes it here
/// is said by the class that carries the name (see the generated table in docs/backends.md). A name that no class in an
/// application carries is known to the parser and absent from the registry.
/// </para>
/// <para>
/// The text form is vLLM's spelling, <c>FLASH_ATTN</c> for <see cref="FlashAttn"/>. The generator reads it from the
/// <see cref="JsonStringEnumMemberNameAttribute"/> of each member. JSON and type converters read and write it too, see
/// <see cref="BackendJsonConverter"/> and <see cref="BackendTypeConverter"/>. Backends outside this list register under a
/// name of their own, see <see cref="AttentionBackendAttribute(string)"/>.
/// </para>
/// </remarks>
[JsonConverter(typeof(BackendJsonConverter))]
[TypeConverter(typeof(BackendTypeConverter))]
public enum Backend
{
    /// <summary>FlashAttention over a paged cache, <see href="https://arxiv.org/abs/2307.08691"/>.</summary>
    [JsonStringEnumMemberName("FLASH_ATTN")]
    FlashAttn,

    /// <summary>vLLM's unified Triton kernel: one launch for a mixed prefill and decode batch.</summary>
    [JsonStringEnumMemberName("TRITON_ATTN")]
    TritonAttn,

    /// <summary>xFormers' memory-efficient attention, <see href="https://arxiv.org/abs/2112.05682"/>.</summary>
    [JsonStringEnumMemberName("XFORMERS")]
    XFormers,

    /// <summary>ROCm's paged attention.</summary>
    [JsonStringEnumMemberName("ROCM_ATTN")]
    RocmAttn,

    /// <summary>Multi-head latent attention through AMD's AITER library.</summary>
    [JsonStringEnumMemberName("ROCM_AITER_MLA")]
    RocmAiterMla,

    /// <summary>FlashAttention through AMD's AITER library.</summary>
    [JsonStringEnumMemberName("ROCM_AITER_FA")]
    RocmAiterFa,

    /// <summary>PyTorch's scaled dot product attention.</summary>
    [JsonStringEnumMemberName("TORCH_SDPA")]
    TorchSdpa,

    /// <summary>FlashInfer's plan and run model, <see href="https://arxiv.org/abs/2501.01005"/>.</summary>
    [JsonStringEnumMemberName("FLASHINFER")]
    FlashInfer,

    /// <summary>Multi-head latent attention in FlashInfer's form.</summary>
    [JsonStringEnumMemberName("FLASHINFER_MLA")]
    FlashInferMla,

    /// <summary>Multi-head latent attention, two-stage Triton decode.</summary>
    [JsonStringEnumMemberName("TRITON_MLA")]
    TritonMla,

    /// <summary>Multi-head latent attention through CUTLASS on compute capability 10.</summary>
    [JsonStringEnumMemberName("CUTLASS_MLA")]
    CutlassMla,

    /// <summary>DeepSeek's FlashMLA, dense.</summary>
    [JsonStringEnumMemberName("FLASHMLA")]
    FlashMla,

    /// <summary>DeepSeek's FlashMLA over the top-k tokens of each query.</summary>
    [JsonStringEnumMemberName("FLASHMLA_SPARSE")]
    FlashMlaSparse,

    /// <summary>Multi-head latent attention in FlashAttention-3's form.</summary>
    [JsonStringEnumMemberName("FLASH_ATTN_MLA")]
    FlashAttnMla,

    /// <summary>Ragged paged attention for TPUs.</summary>
    [JsonStringEnumMemberName("PALLAS")]
    Pallas,

    /// <summary>Attention with score and mask functions given by the user, <see href="https://arxiv.org/abs/2412.05496"/>.</summary>
    [JsonStringEnumMemberName("FLEX_ATTENTION")]
    FlexAttention,

    /// <summary>Verification of a tree of speculated tokens.</summary>
    [JsonStringEnumMemberName("TREE_ATTN")]
    TreeAttn,

    /// <summary>AITER's unified kernel for mixed batches.</summary>
    [JsonStringEnumMemberName("ROCM_AITER_UNIFIED_ATTN")]
    RocmAiterUnifiedAttn,
}
