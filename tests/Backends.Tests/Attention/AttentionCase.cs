using static TorchSharp.torch;

namespace AttentionGen.Tests.Attention;

/// <summary>
/// One request of a case: tokens that are in the cache already, and tokens of the step. For cross-attention the first are
/// all the keys, and the second queries alone.
/// </summary>
internal readonly record struct CaseRequest(int Computed, int New);

/// <summary>A step with random operands over shuffled pages, whose unused slots hold NaN, and its float64 answer.</summary>
internal sealed record AttentionCase
{
    public required CaseRequest[] Requests { get; init; }

    public int QueryHeads { get; init; } = 8;

    public int KeyValueHeads { get; init; } = 2;

    public int HeadSize { get; init; } = 64;

    public int? ValueHeadSize { get; init; }

    public int PageSize { get; init; } = 16;

    public ElementType ElementType { get; init; } = ElementType.Float32;

    public ElementType? CacheElementType { get; init; }

    public float KeyScale { get; init; } = 1;

    public float ValueScale { get; init; } = 1;

    public AttentionTypes Type { get; init; } = AttentionTypes.Decoder;

    public int? SlidingWindow { get; init; }

    public float? SoftCap { get; init; }

    public bool Alibi { get; init; }

    public bool Sinks { get; init; }

    public bool Causal { get; init; } = true;

    /// <summary>Whether the new tokens of each request form a random tree.</summary>
    public bool Tree { get; init; }

    /// <summary>The number of leading keys that all requests share.</summary>
    public int CommonPrefix { get; init; }

    /// <summary>Whether operands are parts of larger tensors.</summary>
    public bool Strided { get; init; }

    public bool LogSumExp { get; init; }

    public float? Scale { get; init; }

    public int Seed { get; init; } = 42;

    private bool IsEncoder => Type is AttentionTypes.Encoder or AttentionTypes.EncoderOnly;

    private bool IsCross => Type == AttentionTypes.CrossAttention;

    private int ValueSize => ValueHeadSize ?? HeadSize;

    private bool IsFloat8 => CacheElementType == AttentionGen.ElementType.Float8E4M3;

    public static CaseRequest[] Batch(int[] seqLens, int[] queryLens) =>
        [.. seqLens.Zip(queryLens, static (length, queries) => new CaseRequest(length - queries, queries))];

    /// <summary>Runs the step on a backend.</summary>
    /// <returns>The largest absolute error of the output and of the log-sum-exps, and what was computed.</returns>
    public CaseResult Run(PagedAttentionBackend backend)
    {
        using var scope = NewDisposeScope();
        Random random = new(Seed);
        int pages = Requests.Sum(request => Pages(request)) + 3;
        KeyValueCacheOptions cacheOptions = new()
        {
            Device = TestDevice.Current,
            ElementType = CacheElementType ?? ElementType,
            Layers = 2,
            Pages = pages,
            PageSize = PageSize,
            KeyValueHeads = KeyValueHeads,
            HeadSize = HeadSize,
            ValueHeadSize = ValueHeadSize,
        };
        float[] slopes = Alibi ? [.. Enumerable.Range(1, QueryHeads).Select(head => MathF.Pow(2, -8f * head / QueryHeads))] : [];
        float[] sinks = Sinks ? [.. Enumerable.Range(0, QueryHeads).Select(head => head % 5 == 4 ? float.NegativeInfinity : (random.NextSingle() * 8) - 4)] : [];
        AttentionLayerOptions layerOptions = new()
        {
            Device = TestDevice.Current,
            ElementType = ElementType,
            CacheElementType = CacheElementType,
            QueryHeads = QueryHeads,
            KeyValueHeads = KeyValueHeads,
            HeadSize = HeadSize,
            ValueHeadSize = ValueHeadSize,
            Scale = Scale,
            SlidingWindow = SlidingWindow,
            SoftCap = SoftCap,
            AlibiSlopes = slopes,
            Sinks = sinks,
            KeyScale = KeyScale,
            ValueScale = ValueScale,
            Type = Type,
            NonCausal = !Causal && Type == AttentionTypes.Decoder,
            TreeMask = Tree,
            Cascade = CommonPrefix > 0,
            LogSumExp = LogSumExp,
        };
        using PagedKeyValueCache cache = backend.CreateCache(cacheOptions);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = QueryHeads });
        using AttentionLayer layer = backend.CreateLayer(layerOptions);

        int[][] pagesOf = DealPages(pages, random);
        ulong[][] trees = [.. Requests.Select(request => Tree ? RandomTree(request.New, random) : [])];
        plan.Update(MakeBatch(pagesOf, trees));

        float[][][][] keys = [.. Requests.Select(request => Rows(random, KeyCount(request), KeyValueHeads, HeadSize))];
        float[][][][] values = [.. Requests.Select(request => Rows(random, KeyCount(request), KeyValueHeads, ValueSize))];
        float[][][][] queries = [.. Requests.Select(request => Rows(random, request.New, QueryHeads, HeadSize))];
        for (int i = 1; i < Requests.Length; i++)
        {
            Array.Copy(keys[0], keys[i], CommonPrefix);
            Array.Copy(values[0], values[i], CommonPrefix);
        }

        if (!IsEncoder)
        {
            FillCache(cache[1].KeyTensor, keys, pagesOf, HeadSize, KeyScale);
            FillCache(cache[1].ValueTensor, values, pagesOf, ValueSize, ValueScale);
        }

        Tensor query = Stack(queries, _ => 0, QueryHeads, HeadSize);
        Tensor newKeys = Stack(keys, request => request.Computed, KeyValueHeads, HeadSize);
        Tensor newValues = Stack(values, request => request.Computed, KeyValueHeads, ValueSize);
        Tensor output = Spread(full(query.size(0), QueryHeads, ValueSize, float.NaN, dtype: query.dtype, device: query.device));
        Tensor? logSumExp = LogSumExp ? full(QueryHeads, query.size(0), float.NaN, dtype: ScalarType.Float32, device: TestDevice.Current.ToTorch()) : null;
        if (Strided && logSumExp is not null)
            logSumExp = full(query.size(0), 2 * QueryHeads, float.NaN, dtype: ScalarType.Float32, device: TestDevice.Current.ToTorch()).transpose(0, 1).narrow(0, 0, QueryHeads);
        layer.Forward(
            query, IsCross ? default : (TensorView)newKeys, IsCross ? default : (TensorView)newValues, IsEncoder ? null : cache[1], plan, output, logSumExp is null ? default : (TensorView)logSumExp);

        ReferenceOptions reference = new()
        {
            Scale = layerOptions.EffectiveScale, Causal = Causal, Window = SlidingWindow, SoftCap = SoftCap, AlibiSlopes = slopes, Sinks = sinks,
        };
        return Compare(queries, keys, values, trees, reference, Host(output), logSumExp is null ? null : Host(logSumExp));
    }

    private int KeyCount(CaseRequest request) => IsCross ? request.Computed : request.Computed + request.New;

    private int Pages(CaseRequest request) => (request.Computed + request.New + PageSize - 1) / PageSize;

    private int[][] DealPages(int pages, Random random)
    {
        int[] shuffled = [.. Enumerable.Range(0, pages)];
        random.Shuffle(shuffled);
        int next = 0;
        int[][] dealt = [.. Requests.Select(request => shuffled[next..(next += Pages(request))])];
        for (int i = 1; i < dealt.Length; i++)
            Array.Copy(dealt[0], dealt[i], CommonPrefix / PageSize);
        return dealt;
    }

    /// <summary>Each token but the first hangs from an earlier one.</summary>
    private static ulong[] RandomTree(int tokens, Random random)
    {
        ulong[] ancestors = new ulong[tokens];
        for (int token = 0; token < tokens; token++)
            ancestors[token] = (1UL << token) | (token == 0 || random.Next(6) == 0 ? 0 : ancestors[random.Next(token)]);
        return ancestors;
    }

    private AttentionBatch MakeBatch(int[][] pagesOf, ulong[][] trees)
    {
        int[] starts = [0, .. Requests.Select((_, i) => Requests[..(i + 1)].Sum(static request => request.New))];
        if (IsEncoder)
        {
            return new AttentionBatch
            {
                QueryStartLoc = starts, SeqLens = Requests.Select(static request => request.New).ToArray(),
                BlockTable = default, MaxBlocks = 0, SlotMapping = default, Causal = false, KeysInCache = false,
            };
        }

        AttentionBatchBuilder builder = new(PageSize);
        for (int i = 0; i < Requests.Length; i++)
        {
            if (trees[i].Length > 0)
                builder.AddTree(Requests[i].Computed, trees[i], pagesOf[i]);
            else
                builder.Add(Requests[i].Computed, IsCross ? 0 : Requests[i].New, pagesOf[i]);
        }

        AttentionBatch batch = builder.Build(Causal, CommonPrefix);
        return IsCross ? batch with { QueryStartLoc = starts, SlotMapping = default } : batch;
    }

    /// <summary>Random rows, rounded to the case's element type: [tokens][heads][size].</summary>
    private float[][][] Rows(Random random, int tokens, int heads, int size)
    {
        float[][][] rows = new float[tokens][][];
        for (int token = 0; token < tokens; token++)
        {
            rows[token] = new float[heads][];
            for (int head = 0; head < heads; head++)
            {
                rows[token][head] = new float[size];
                for (int d = 0; d < size; d++)
                    rows[token][head][d] = Round((float)((random.NextDouble() * 2) - 1) * 2);
            }
        }

        return rows;
    }

    private float Round(float value) => ElementType switch
    {
        ElementType.BFloat16 => BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(value) + 0x8000) & unchecked((int)0xFFFF0000)),
        ElementType.Float16 => (float)(Half)value,
        _ => value,
    };

    /// <summary>Writes the tokens computed earlier, and NaN everywhere else.</summary>
    private void FillCache(Tensor cache, float[][][][] rows, int[][] pagesOf, int size, float scale)
    {
        int rowSize = KeyValueHeads * size;
        float[] host = new float[cache.numel()];
        Array.Fill(host, float.NaN);
        for (int i = 0; i < Requests.Length; i++)
        {
            for (int token = 0; token < Requests[i].Computed; token++)
            {
                int slot = (pagesOf[i][token / PageSize] * PageSize) + (token % PageSize);
                for (int head = 0; head < KeyValueHeads; head++)
                    rows[i][token][head].CopyTo(host, (slot * rowSize) + (head * size));
            }
        }

        if (IsFloat8)
            cache.copy_(tensor(host.Select(x => Float8.Encode(x / scale)).ToArray()).view(cache.shape));
        else
            cache.copy_(tensor(host, dtype: ScalarType.Float32).view(cache.shape).to(cache.dtype));
    }

    private Tensor Stack(float[][][][] rows, Func<CaseRequest, int> skip, int heads, int size)
    {
        float[] flat = [.. rows.SelectMany((request, i) => request.Skip(skip(Requests[i]))).SelectMany(static token => token).SelectMany(static head => head)];
        return Spread(tensor(flat, dtype: ScalarType.Float32).view(-1, heads, size).to(ElementType.ToScalarType()).to(TestDevice.Current.ToTorch()));
    }

    /// <summary>The same numbers with NaN between rows and heads, where the case wants it.</summary>
    private Tensor Spread(Tensor rows)
    {
        if (!Strided)
            return rows;
        Tensor larger = full(rows.size(1) + 1, rows.size(0), rows.size(2) + 3, float.NaN, dtype: rows.dtype, device: rows.device);
        Tensor part = larger.transpose(0, 1).narrow(1, 0, rows.size(1)).narrow(2, 1, rows.size(2));
        part.copy_(rows);
        return part;
    }

    private static float[] Host(Tensor tensor) => tensor.cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();

    private CaseResult Compare(
        float[][][][] queries, float[][][][] keys, float[][][][] values, ulong[][] trees, ReferenceOptions options, float[] output, float[]? logSumExp)
    {
        double outputError = 0, logSumExpError = 0;
        int row = 0, rows = Requests.Sum(static request => request.New);
        for (int i = 0; i < Requests.Length; i++)
        {
            (double[][][] expected, double[][] expectedLogSumExp) = ReferenceAttention.Attend(
                Widen(queries[i]), Widen(keys[i], Stored(KeyScale)), Widen(values[i], Stored(ValueScale)), ValueSize, options with { TreeAncestors = trees[i] });
            for (int token = 0; token < Requests[i].New; token++, row++)
            {
                for (int head = 0; head < QueryHeads; head++)
                {
                    for (int d = 0; d < ValueSize; d++)
                        outputError = Worse(outputError, expected[token][head][d], output[(((row * QueryHeads) + head) * ValueSize) + d]);
                    if (logSumExp is not null)
                        logSumExpError = Worse(logSumExpError, expectedLogSumExp[token][head], logSumExp[(head * rows) + row]);
                }
            }
        }

        return new CaseResult(outputError, logSumExpError, output, logSumExp);
    }

    /// <summary>What a cache gives back for a number that is stored in it.</summary>
    private Func<float, double>? Stored(float scale) =>
        IsFloat8 ? x => Float8.Decode(Float8.Encode(x / scale)) * (double)scale : null;

    /// <summary>The larger of an error so far and a new one; a NaN, or one infinity against a number, is infinitely wrong.</summary>
    private static double Worse(double error, double expected, double actual)
    {
        if (expected == actual)
            return error;
        double difference = Math.Abs(expected - actual);
        return double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(error, difference);
    }

    private static double[][][] Widen(float[][][] rows, Func<float, double>? change = null) =>
        [.. rows.Select(token => token.Select(head => head.Select(x => change is null ? x : change(x)).ToArray()).ToArray())];
}

/// <summary>What a case computed, and how far it is from the float64 answer.</summary>
internal sealed record CaseResult(double OutputError, double LogSumExpError, float[] Output, float[]? LogSumExp);
