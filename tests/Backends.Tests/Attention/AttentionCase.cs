using static TorchSharp.torch;

namespace AttentionGen.Tests.Attention;

/// <summary>One request of a case: tokens that are in the cache already, and tokens of the step.</summary>
internal readonly record struct CaseRequest(int Computed, int New);

/// <summary>A step with random operands over shuffled pages, whose unused slots hold NaN, and its float64 answer.</summary>
internal sealed record AttentionCase
{
    public required CaseRequest[] Requests { get; init; }

    public int QueryHeads { get; init; } = 8;

    public int KeyValueHeads { get; init; } = 2;

    public int HeadSize { get; init; } = 64;

    public int PageSize { get; init; } = 16;

    public ElementType ElementType { get; init; } = ElementType.Float32;

    public int? SlidingWindow { get; init; }

    public bool Causal { get; init; } = true;

    public bool LogSumExp { get; init; }

    public float? Scale { get; init; }

    public int Seed { get; init; } = 42;

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
            ElementType = ElementType,
            Layers = 2,
            Pages = pages,
            PageSize = PageSize,
            KeyValueHeads = KeyValueHeads,
            HeadSize = HeadSize,
        };
        using PagedKeyValueCache cache = backend.CreateCache(cacheOptions);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = QueryHeads });
        using AttentionLayer layer = backend.CreateLayer(new AttentionLayerOptions
        {
            Device = TestDevice.Current,
            ElementType = ElementType,
            QueryHeads = QueryHeads,
            KeyValueHeads = KeyValueHeads,
            HeadSize = HeadSize,
            Scale = Scale,
            SlidingWindow = SlidingWindow,
            NonCausal = !Causal,
            LogSumExp = LogSumExp,
        });

        int[][] pagesOf = DealPages(pages, random);
        AttentionBatchBuilder builder = new(PageSize);
        for (int i = 0; i < Requests.Length; i++)
            builder.Add(Requests[i].Computed, Requests[i].New, pagesOf[i]);
        plan.Update(builder.Build(Causal));

        float[][][][] keys = [.. Requests.Select(request => Rows(random, request.Computed + request.New, KeyValueHeads))];
        float[][][][] values = [.. Requests.Select(request => Rows(random, request.Computed + request.New, KeyValueHeads))];
        float[][][][] queries = [.. Requests.Select(request => Rows(random, request.New, QueryHeads))];
        FillCache(cache[1].KeyTensor, keys, pagesOf);
        FillCache(cache[1].ValueTensor, values, pagesOf);

        Tensor query = Stack(queries, _ => 0, QueryHeads);
        Tensor newKeys = Stack(keys, request => request.Computed, KeyValueHeads);
        Tensor newValues = Stack(values, request => request.Computed, KeyValueHeads);
        Tensor output = full_like(query, float.NaN);
        Tensor? logSumExp = LogSumExp ? full(QueryHeads, query.size(0), float.NaN, dtype: ScalarType.Float32, device: TestDevice.Current.ToTorch()) : null;
        layer.Forward(query, newKeys, newValues, cache[1], plan, output, logSumExp is null ? default : (TensorView)logSumExp);
        return Compare(queries, keys, values, Host(output), logSumExp is null ? null : Host(logSumExp));
    }

    private int Pages(CaseRequest request) => (request.Computed + request.New + PageSize - 1) / PageSize;

    private int[][] DealPages(int pages, Random random)
    {
        int[] shuffled = [.. Enumerable.Range(0, pages)];
        random.Shuffle(shuffled);
        int next = 0;
        return [.. Requests.Select(request => shuffled[next..(next += Pages(request))])];
    }

    /// <summary>Random rows, rounded to the case's element type: [tokens][heads][D].</summary>
    private float[][][] Rows(Random random, int tokens, int heads)
    {
        float[][][] rows = new float[tokens][][];
        for (int token = 0; token < tokens; token++)
        {
            rows[token] = new float[heads][];
            for (int head = 0; head < heads; head++)
            {
                rows[token][head] = new float[HeadSize];
                for (int d = 0; d < HeadSize; d++)
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
    private void FillCache(Tensor cache, float[][][][] rows, int[][] pagesOf)
    {
        int rowSize = KeyValueHeads * HeadSize;
        float[] host = new float[cache.numel()];
        Array.Fill(host, float.NaN);
        for (int i = 0; i < Requests.Length; i++)
        {
            for (int token = 0; token < Requests[i].Computed; token++)
            {
                int slot = (pagesOf[i][token / PageSize] * PageSize) + (token % PageSize);
                for (int head = 0; head < KeyValueHeads; head++)
                    rows[i][token][head].CopyTo(host, (slot * rowSize) + (head * HeadSize));
            }
        }

        cache.copy_(tensor(host, dtype: ScalarType.Float32).view(cache.shape).to(cache.dtype));
    }

    private Tensor Stack(float[][][][] rows, Func<CaseRequest, int> skip, int heads)
    {
        float[] flat = [.. rows.SelectMany((request, i) => request.Skip(skip(Requests[i]))).SelectMany(static token => token).SelectMany(static head => head)];
        return tensor(flat, dtype: ScalarType.Float32).view(-1, heads, HeadSize).to(ElementType.ToScalarType()).to(TestDevice.Current.ToTorch());
    }

    private static float[] Host(Tensor tensor) => tensor.cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();

    private CaseResult Compare(float[][][][] queries, float[][][][] keys, float[][][][] values, float[] output, float[]? logSumExp)
    {
        double scale = Scale ?? (1 / Math.Sqrt(HeadSize));
        double outputError = 0, logSumExpError = 0;
        int row = 0, rows = Requests.Sum(static request => request.New);
        for (int i = 0; i < Requests.Length; i++)
        {
            (double[][][] expected, double[][] expectedLogSumExp) = ReferenceAttention.Attend(
                Widen(queries[i]), Widen(keys[i]), Widen(values[i]), scale, Causal, SlidingWindow);
            for (int token = 0; token < Requests[i].New; token++, row++)
            {
                for (int head = 0; head < QueryHeads; head++)
                {
                    for (int d = 0; d < HeadSize; d++)
                        outputError = Worse(outputError, expected[token][head][d], output[(((row * QueryHeads) + head) * HeadSize) + d]);
                    if (logSumExp is not null)
                        logSumExpError = Worse(logSumExpError, expectedLogSumExp[token][head], logSumExp[(head * rows) + row]);
                }
            }
        }

        return new CaseResult(outputError, logSumExpError, output, logSumExp);
    }

    /// <summary>The larger of an error so far and a new one; a NaN, or one infinity against a number, is infinitely wrong.</summary>
    private static double Worse(double error, double expected, double actual)
    {
        if (expected == actual)
            return error;
        double difference = Math.Abs(expected - actual);
        return double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(error, difference);
    }

    private static double[][][] Widen(float[][][] rows) =>
        [.. rows.Select(static token => token.Select(static head => head.Select(static x => (double)x).ToArray()).ToArray())];
}

/// <summary>What a case computed, and how far it is from the float64 answer.</summary>
internal sealed record CaseResult(double OutputError, double LogSumExpError, float[] Output, float[]? LogSumExp);
