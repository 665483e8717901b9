using AttentionGen.Cuda;
using AttentionGen.Cuda.Attention;

namespace AttentionGen.Tests.Cuda;

/// <summary>
/// The specialisations that the compile gate builds: what layers of the models in use ask for, and the ends of what is declared.
/// </summary>
internal static class ShippedKernels
{
    private static readonly AttentionLayerOptions s_plain = new()
    {
        Device = AttentionDevice.Cuda(90), ElementType = ElementType.BFloat16, QueryHeads = 8, KeyValueHeads = 2, HeadSize = 128,
    };

    /// <summary>Each specialisation for an architecture, by a name.</summary>
    public static IEnumerable<(string Name, KernelSpecification Specification)> For(CudaArchitecture architecture) =>
        architecture.ComputeCapability == CudaArchitecture.Hopper 
            ? Everywhere().Concat(OnHopper()).Concat(Encoders()).Concat(DecodesByCopyEngine())
            : Everywhere();

    private static IEnumerable<(string Name, KernelSpecification Specification)> OnHopper() =>
        from type in (ElementType[])[ElementType.Float16, ElementType.BFloat16]
        from size in (int[])[64, 96, 128, 192, 256]
        from features in (string[])["", " cap", " alibi", " cap alibi"]
        let options = s_plain with
        {
            ElementType = type,
            HeadSize = size,
            ValueHeadSize = size == 192 ? 128 : null,
            SoftCap = features.Contains("cap", StringComparison.Ordinal) ? 30 : null,
            AlibiSlopes = features.Contains("alibi", StringComparison.Ordinal) ? new float[8] : default,
        }
        select ($"hopper_attention {type} {size}{(size == 192 ? "/128" : "")}{features}", new KernelSpecification("HopperAttention.cu", KernelMacros.Hopper(options)));

    private static IEnumerable<(string Name, KernelSpecification Specification)> Encoders() =>
        from size in (int[])[64, 128]
        let options = s_plain with { HeadSize = size, Type = AttentionTypes.EncoderOnly }
        select ($"hopper_attention BFloat16 {size} encoder", new KernelSpecification("HopperAttention.cu", KernelMacros.Hopper(options)));

    private static IEnumerable<(string Name, KernelSpecification Specification)> DecodesByCopyEngine() =>
        from options in Layers()
        where options.ElementType != ElementType.Float32 && PageMaps.ArePanels(options)
        select ($"paged_attention {Types(options)}{Features(options)} decode by the copy engine", new KernelSpecification("PagedAttention.cu", KernelMacros.TensorDecode(options)));

    private static IEnumerable<(string Name, KernelSpecification Specification)> Everywhere()
    {
        foreach (AttentionLayerOptions options in Layers())
        {
            string types = Types(options), features = Features(options);
            yield return ($"paged_attention {types}{features}", new KernelSpecification("PagedAttention.cu", KernelMacros.Attention(options, areRowsAligned: true)));
            yield return ($"paged_attention {types}{features} decode", new KernelSpecification("PagedAttention.cu", KernelMacros.Decode(options)));
            if (features.Length == 0)
            {
                yield return ($"combine_splits {types}", new KernelSpecification("CombineSplits.cu", KernelMacros.Common(options)));
                yield return ($"store_in_cache {types}", new KernelSpecification("CacheOperations.cu", KernelMacros.Common(options)));
            }
        }

        yield return ("paged_attention anywhere", new KernelSpecification("PagedAttention.cu", KernelMacros.Attention(s_plain, areRowsAligned: false)));
        foreach (string source in KernelSource.EmbeddedNames.Except(["PagedAttention.cu", "CombineSplits.cu", "CacheOperations.cu", "HopperAttention.cu"]))
            yield return (source, new KernelSpecification(source, KernelMacros.Common(s_plain)));
    }

    private static string Types(AttentionLayerOptions options) =>
        $"{options.ElementType}{(options.CacheElementType is { } cache ? $" cache={cache}" : "")} {options.HeadSize}{(options.ValueHeadSize is { } size ? $"/{size}" : "")}";

    private static string Features(AttentionLayerOptions options) =>
        $"{(options.SoftCap is null ? "" : " cap")}{(options.AlibiSlopes.IsEmpty ? "" : " alibi")}{(options.TreeMask ? " tree" : "")}";

    private static IEnumerable<AttentionLayerOptions> Layers()
    {
        float[] slopes = new float[8];
        foreach (int size in (int[])[32, 64, 96, 128, 256])
            yield return s_plain with { HeadSize = size };
        yield return s_plain with { HeadSize = 192, ValueHeadSize = 128 };
        yield return s_plain with { HeadSize = 72 };
        yield return s_plain with { ElementType = ElementType.Float16 };
        yield return s_plain with { ElementType = ElementType.Float32 };
        yield return s_plain with { ElementType = ElementType.Float32, HeadSize = 256 };
        yield return s_plain with { CacheElementType = ElementType.Float8E4M3 };
        yield return s_plain with { CacheElementType = ElementType.Float8E4M3, HeadSize = 64 };
        yield return s_plain with { CacheElementType = ElementType.Float8E4M3, HeadSize = 256 };
        yield return s_plain with { ElementType = ElementType.Float16, CacheElementType = ElementType.Float8E4M3 };
        yield return s_plain with { SoftCap = 30 };
        yield return s_plain with { AlibiSlopes = slopes };
        yield return s_plain with { TreeMask = true };
        yield return s_plain with { SoftCap = 30, AlibiSlopes = slopes, TreeMask = true };
        yield return s_plain with { SoftCap = 30, AlibiSlopes = slopes, TreeMask = true, CacheElementType = ElementType.Float8E4M3 };
    }
}
