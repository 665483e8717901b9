using System.Collections.Immutable;

namespace AttentionGen.Tests.Vllm.Tables;

/// <summary>Predictions in the short form of the decision tables.</summary>
internal static class Answers
{
    /// <summary>vLLM's phrases, written out from its source's table, and what the tables call them.</summary>
    public static ImmutableArray<(string Short, string Phrase)> Phrases { get; } =
    [
        ("head", "head_size not supported"),
        ("dtype", "dtype not supported"),
        ("kv", "kv_cache_dtype not supported"),
        ("block", "block_size not supported"),
        ("mm", "partial multimodal token full attention not supported"),
        ("mla", "MLA not supported"),
        ("nonmla", "non-MLA not supported"),
        ("sink", "attention sinks not supported"),
        ("sparse", "sparse not supported"),
        ("nonsparse", "non-sparse not supported"),
        ("scales", "per-head quant scales not supported"),
        ("device", "device not supported"),
        ("cc", "compute capability not supported"),
        ("encoder", "attention type encoder not supported"),
        ("encoder_only", "attention type encoder_only not supported"),
        ("encoder_decoder", "attention type encoder_decoder not supported"),
        ("decoder", "attention type decoder not supported"),
        ("window", "sliding window not supported"),
        ("noncausal", "non-causal attention not supported"),
        ("invariant", "batch invariance not supported"),
        ("connector", "KV connector not supported"),
        ("pcp", "PCP not supported"),
        ("adaptive", "device-cpu query lens mismatch not supported, this is needed for adaptive verification"),
        ("sink<9", "sink not supported on compute capability < 9.0"),
        ("fp8-fa", "FP8 KV cache requires FA3 on SM90 or FA4 on SM100"),
        ("mm-fa4", "mm_prefix (PrefixLM bidirectional attention) requires FlashAttention v4, which does not resolve for this head_size"),
        ("fa-mla", "FlashAttention MLA not supported on this device"),
        ("dense-hopper", "FlashMLA Dense is only supported on Hopper devices."),
        ("sparse-dc", "FlashMLA Sparse is only supported on Hopper and Blackwell DC devices."),
        ("flashmla-c", "vllm._flashmla_C is not available, likely was not compiled due to insufficient nvcc version or a supported arch was not in the list of target arches to compile for."),
        ("import", "ImportError"),
    ];

    /// <summary>The name that is picked, or <c>none</c>.</summary>
    public static string Winner(AttentionRequest request, VllmPlatform? platform = null)
    {
        try
        {
            return VllmSelector.Predict(request, platform).Backend.Name;
        }
        catch (BackendSelectionException)
        {
            return "none";
        }
    }

    /// <summary>The reasons against a name in vLLM's order, in short; empty where there are none.</summary>
    public static string Reasons(AttentionRequest request, string name, VllmPlatform? platform = null)
    {
        try
        {
            VllmSelector.Predict(request with { Backend = name }, platform);
            return "";
        }
        catch (BackendSelectionException exception)
        {
            return string.Join(' ', exception.Candidates.Single(verdict => verdict.Name == name).Reasons.Select(static reason => Short(reason.Phrase)));
        }
    }

    /// <summary>The names among the 18 that are considered without being named, in order.</summary>
    public static string Order(AttentionRequest request, VllmPlatform? platform = null) =>
        string.Join(' ', VllmPriorities.OrderFor(request, platform).Where(InTreeNames.All.Contains));

    private static string Short(string phrase) => Phrases.Where(pair => pair.Phrase == phrase).Select(static pair => pair.Short).SingleOrDefault() ?? $"?{phrase}";
}
