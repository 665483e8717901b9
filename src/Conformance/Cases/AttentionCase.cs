using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AttentionGen.Conformance.Cases;

/// <summary>One step of one layer: everything that decides its inputs and its answer, but for the device.</summary>
internal sealed record AttentionCase
{
    /// <summary>The name of the batch.</summary>
    public required string Batch { get; init; }

    /// <summary>The requests of the batch.</summary>
    public required ImmutableArray<RequestShape> Requests { get; init; }

    public int QueryHeads { get; init; } = 4;

    public int KeyValueHeads { get; init; } = 2;

    public int HeadSize { get; init; } = 64;

    /// <summary>The size of a value head; null: that of a key head.</summary>
    public int? ValueHeadSize { get; init; }

    public int PageSize { get; init; } = 16;

    /// <summary>How the cache lies in memory; null: as the backend chooses.</summary>
    public KeyValueCacheLayout? CacheLayout { get; init; }

    public ElementType ElementType { get; init; }

    /// <summary>The element type of the cache; null: that of the queries.</summary>
    public ElementType? CacheElementType { get; init; }

    public float KeyScale { get; init; } = 1;

    public float ValueScale { get; init; } = 1;

    public AttentionTypes Type { get; init; } = AttentionTypes.Decoder;

    public AttentionForm Form { get; init; }

    public bool Causal { get; init; } = true;

    public int? SlidingWindow { get; init; }

    public float? SoftCap { get; init; }

    public bool Alibi { get; init; }

    public SinkKind Sinks { get; init; }

    public float? Scale { get; init; }

    public bool LogSumExp { get; init; }

    /// <summary>Whether the layer is asked for the same bits whatever else is in the batch.</summary>
    public bool BatchInvariance { get; init; }

    /// <summary>What the layer is asked to be ready for; nothing is captured.</summary>
    public GraphCaptureLevel GraphCapture { get; init; }

    public ScoreKind Scores { get; init; }

    public OperandLayout Layout { get; init; }

    /// <summary>The number of leading pages that all requests share.</summary>
    public int SharedPages { get; init; }

    /// <summary>Whether the batch says that they share them.</summary>
    public bool Cascade { get; init; }

    /// <summary>Whether every third new key is in the cache already and comes with slot -1.</summary>
    public bool SkipsStoring { get; init; }

    /// <summary>Whether the answer must be right or refused by an <see cref="ArgumentException"/>, for operands that no declaration speaks of.</summary>
    public bool MayRefuseOperands => Layout == OperandLayout.Misaligned;

    public bool HasTree => Requests.Any(static request => !request.Tree.IsEmpty);

    public bool KeysInCache => Type is AttentionTypes.Decoder or AttentionTypes.CrossAttention;

    public int OutputHeadSize => ValueHeadSize ?? HeadSize;

    public ElementType EffectiveCacheType => CacheElementType ?? ElementType;

    public float EffectiveScale => Scale ?? (1 / MathF.Sqrt(HeadSize));

    public int QueryCount => Requests.Sum(static request => request.Queries);

    public int NewKeyCount => Requests.Sum(static request => request.NewKeys);

    /// <summary>The case spelled out: two cases of one text are the same case.</summary>
    public string Describe()
    {
        StringBuilder text = new(Batch);
        void Say(string word) => text.Append(' ').Append(word);
        void SayNumber<T>(string word, T? number)
            where T : struct, IFormattable
        {
            if (number is { } value)
                text.Append(' ').Append(word).Append(value.ToString(null, CultureInfo.InvariantCulture));
        }

        Say(ElementType.ToString());
        if (CacheElementType is { } cache)
            Say($"cache={cache}");
        if (KeyScale != 1 || ValueScale != 1)
            Say(string.Create(CultureInfo.InvariantCulture, $"k*{KeyScale},v*{ValueScale}"));
        Say(string.Create(CultureInfo.InvariantCulture, $"heads={QueryHeads}/{KeyValueHeads}"));
        Say(string.Create(CultureInfo.InvariantCulture, $"size={HeadSize}"));
        SayNumber("/", ValueHeadSize);
        if (KeysInCache)
            SayNumber<int>("page=", PageSize);
        if (CacheLayout is { } layout)
            Say($"layout={layout}");
        if (Type != AttentionTypes.Decoder)
            Say(Type.ToString());
        if (Form != AttentionForm.MultiHead)
            Say(Form.ToString());
        if (!Causal && Type == AttentionTypes.Decoder)
            Say("full");
        SayNumber("window=", SlidingWindow);
        SayNumber("cap=", SoftCap);
        if (Alibi)
            Say("alibi");
        if (Sinks != SinkKind.None)
            Say($"sinks={Sinks}");
        SayNumber("scale=", Scale);
        if (LogSumExp)
            Say("lse");
        if (BatchInvariance)
            Say("invariant");
        if (GraphCapture != GraphCaptureLevel.Never)
            Say($"graphs={GraphCapture}");
        if (Scores != ScoreKind.Normal)
            Say($"scores={Scores}");
        if (Layout != OperandLayout.Contiguous)
            Say($"operands={Layout}");
        if (SharedPages > 0)
            SayNumber<int>("shared=", SharedPages);
        if (Cascade)
            Say("cascade");
        if (SkipsStoring)
            Say("skips");
        return text.ToString();
    }

    /// <summary>What the layer is asked.</summary>
    public AttentionLayerOptions ToLayerOptions(AttentionDevice device) => new()
    {
        Device = device,
        ElementType = ElementType,
        CacheElementType = CacheElementType,
        QueryHeads = QueryHeads,
        KeyValueHeads = KeyValueHeads,
        HeadSize = HeadSize,
        ValueHeadSize = ValueHeadSize,
        Scale = Scale,
        SlidingWindow = SlidingWindow,
        SoftCap = SoftCap,
        AlibiSlopes = Alibi ? HeadConstants.AlibiSlopes(QueryHeads) : default,
        Sinks = Sinks == SinkKind.None ? default : HeadConstants.Sinks(QueryHeads, Sinks),
        KeyScale = KeyScale,
        ValueScale = ValueScale,
        NonCausal = !Causal && Type == AttentionTypes.Decoder,
        TreeMask = HasTree,
        Cascade = Cascade,
        LogSumExp = LogSumExp,
        BatchInvariance = BatchInvariance,
        GraphCapture = GraphCapture,
        Type = Type,
        Form = Form,
    };

    /// <summary>The shape of the cache, for a number of pages.</summary>
    public KeyValueCacheOptions ToCacheOptions(AttentionDevice device, int pages) => new()
    {
        Device = device,
        ElementType = EffectiveCacheType,
        Layers = 2,
        Pages = pages,
        PageSize = PageSize,
        KeyValueHeads = KeyValueHeads,
        HeadSize = HeadSize,
        ValueHeadSize = ValueHeadSize,
        Layout = CacheLayout,
    };
}
