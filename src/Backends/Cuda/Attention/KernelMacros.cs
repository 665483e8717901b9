using System.Globalization;

namespace AttentionGen.Cuda.Attention;

/// <summary>The values of the kernels' macros for a layer.</summary>
internal static class KernelMacros
{
    /// <summary>The macros that all kernels of a layer have.</summary>
    public static (string Name, string Value)[] Common(AttentionLayerOptions options) =>
    [
        ("ELEMENT_TYPE", Code(options.ElementType)),
        ("CACHE_TYPE", Code(CacheType(options))),
        ("HEAD_SIZE", Number(options.HeadSize)),
        ("VALUE_HEAD_SIZE", Number(ValueHeadSize(options))),
    ];

    /// <summary>The macros of the attention kernel.</summary>
    /// <param name="options">The layer.</param>
    /// <param name="areRowsAligned">Whether keys and values begin where their size lets them; false: anywhere.</param>
    public static (string Name, string Value)[] Attention(AttentionLayerOptions options, bool areRowsAligned) => Attention(options, "3", areRowsAligned);

    /// <summary>The macros of the attention kernel for requests of few rows over a cache.</summary>
    public static (string Name, string Value)[] Decode(AttentionLayerOptions options) => Attention(options, "1", areRowsAligned: true);

    /// <summary>The macros of the same kernel where the copy engine brings pages.</summary>
    public static (string Name, string Value)[] TensorDecode(AttentionLayerOptions options) => [.. Decode(options), ("TENSOR_COPIES", "1")];

    /// <summary>The macros of the kernel for Hopper.</summary>
    public static (string Name, string Value)[] Hopper(AttentionLayerOptions options) =>
    [
        .. Common(options),
        ("HAS_PAGES", Flag(HasPages(options))),
        ("SOFT_CAP", Flag(options.SoftCap is not null)),
        ("ALIBI", Flag(!options.AlibiSlopes.IsEmpty)),
    ];

    /// <summary>Whether keys lie in a cache; else they are the step's own.</summary>
    public static bool HasPages(AttentionLayerOptions options) => options.Type is not (AttentionTypes.Encoder or AttentionTypes.EncoderOnly);

    /// <summary>The element type of the keys that are attended to.</summary>
    public static ElementType CacheType(AttentionLayerOptions options) =>
        HasPages(options) ? options.CacheElementType ?? options.ElementType : options.ElementType;

    public static int ValueHeadSize(AttentionLayerOptions options) => options.ValueHeadSize ?? options.HeadSize;

    private static (string Name, string Value)[] Attention(AttentionLayerOptions options, string forms, bool areRowsAligned) =>
    [
        .. Common(options),
        ("FORMS", forms),
        ("SOFT_CAP", Flag(options.SoftCap is not null)),
        ("ALIBI", Flag(!options.AlibiSlopes.IsEmpty)),
        ("TREE_MASK", Flag(options.TreeMask)),
        ("COPY_BYTES", Number(areRowsAligned ? CopyBytes(options) : 0)),
    ];

    // The largest copy that every row's address is a multiple of, where rows follow each other in a cache.
    private static int CopyBytes(AttentionLayerOptions options)
    {
        int size = CacheType(options).SizeInBytes();
        int bytes = (options.HeadSize * size) | (ValueHeadSize(options) * size) | 16;
        return bytes & -bytes;
    }

    private static string Code(ElementType type) => type switch
    {
        ElementType.Float32 => "0",
        ElementType.Float16 => "1",
        ElementType.BFloat16 => "2",
        ElementType.Float8E4M3 => "3",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "The kernels have no such element type."),
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool value) => value ? "1" : "0";
}
