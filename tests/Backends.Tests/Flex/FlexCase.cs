using AttentionGen.Flex;
using AttentionGen.Tests.Attention;
using static TorchSharp.torch;

namespace AttentionGen.Tests.Flex;

/// <summary>A step with functions, over shuffled pages whose unused slots hold NaN, and its float64 answer by the formula.</summary>
internal sealed record FlexCase
{
    public required CaseRequest[] Requests { get; init; }

    public ScoreFunction? Score { get; init; }

    public MaskFunction? Mask { get; init; }

    /// <summary>See <see cref="PublishedExample.Formula"/>.</summary>
    public required Func<double, int, int, int, int, double> Formula { get; init; }

    public int QueryHeads { get; init; } = PublishedExample.QueryHeads;

    public int KeyValueHeads { get; init; } = 2;

    public int HeadSize { get; init; } = 32;

    public int? ValueHeadSize { get; init; }

    public int PageSize { get; init; } = 16;

    public ElementType ElementType { get; init; } = ElementType.Float32;

    public bool Causal { get; init; }

    public int? SlidingWindow { get; init; }

    public float? SoftCap { get; init; }

    public float[] AlibiSlopes { get; init; } = [];

    public float[] Sinks { get; init; } = [];

    public AttentionTypes Type { get; init; } = AttentionTypes.Decoder;

    public AttentionLayerOptions Options => new()
    {
        Device = TestDevice.Current,
        ElementType = ElementType,
        QueryHeads = QueryHeads,
        KeyValueHeads = KeyValueHeads,
        HeadSize = HeadSize,
        ValueHeadSize = ValueHeadSize,
        ScoreFunction = Score,
        MaskFunction = Mask,
        NonCausal = !Causal && Type == AttentionTypes.Decoder,
        SlidingWindow = SlidingWindow,
        SoftCap = SoftCap,
        AlibiSlopes = AlibiSlopes,
        Sinks = Sinks,
        Type = Type,
        LogSumExp = true,
    };

    /// <summary>Runs the step.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="inspect">Is given the layer after the forward pass.</param>
    /// <returns>The largest error of the output and of the log-sum-exps.</returns>
    public double Run(PagedAttentionBackend backend, Action<AttentionLayer>? inspect = null)
    {
        using var scope = NewDisposeScope();
        Random random = new(17);
        bool hasCache = Type is AttentionTypes.Decoder or AttentionTypes.CrossAttention;
        int pages = Requests.Sum(Pages) + 2, valueSize = ValueHeadSize ?? HeadSize;
        KeyValueCacheOptions cacheOptions = new()
        {
            Device = TestDevice.Current, ElementType = ElementType, Layers = 1, Pages = pages, PageSize = PageSize,
            KeyValueHeads = KeyValueHeads, HeadSize = HeadSize, ValueHeadSize = ValueHeadSize,
        };
        using PagedKeyValueCache cache = backend.CreateCache(cacheOptions);
        using AttentionPlan plan = backend.CreatePlan(new AttentionPlanOptions { Cache = cacheOptions, QueryHeads = QueryHeads });
        using AttentionLayer layer = backend.CreateLayer(Options);

        int[] shuffled = [.. Enumerable.Range(0, pages)];
        random.Shuffle(shuffled);
        AttentionBatchBuilder builder = new(PageSize);
        int next = 0;
        int[][] pagesOf = [.. Requests.Select(request => shuffled[next..(next += Pages(request))])];
        for (int i = 0; i < Requests.Length; i++)
            builder.Add(Requests[i].Computed, Requests[i].New, pagesOf[i]);
        AttentionBatch batch = builder.Build(Causal);
        if (!hasCache)
            batch = batch with { KeysInCache = false, BlockTable = default, MaxBlocks = 0, SlotMapping = default };
        plan.Update(batch);

        // All numbers are multiples of 1/64 below 2, which every element type holds.
        double[][] queries = [.. Requests.Select(request => Numbers(random, request.New * QueryHeads * HeadSize))];
        double[][] keys = [.. Requests.Select(request => Numbers(random, (request.Computed + request.New) * KeyValueHeads * HeadSize))];
        double[][] values = [.. Requests.Select(request => Numbers(random, (request.Computed + request.New) * KeyValueHeads * valueSize))];
        Fill(cache[0].KeyTensor, keys, pagesOf, HeadSize);
        Fill(cache[0].ValueTensor, values, pagesOf, valueSize);

        Tensor query = New(queries, static _ => 0, QueryHeads, HeadSize);
        Tensor output = full([query.size(0), QueryHeads, valueSize], float.NaN, dtype: query.dtype, device: query.device);
        Tensor logSumExp = full(QueryHeads, query.size(0), float.NaN, dtype: ScalarType.Float32, device: query.device);
        layer.Forward(
            query,
            New(keys, static request => request.Computed, KeyValueHeads, HeadSize),
            New(values, static request => request.Computed, KeyValueHeads, valueSize),
            hasCache ? cache[0] : null,
            plan,
            output,
            logSumExp);
        inspect?.Invoke(layer);
        return Compare(queries, keys, values, Host(output), Host(logSumExp));
    }

    private int Pages(CaseRequest request) => (request.Computed + request.New + PageSize - 1) / PageSize;

    private static double[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-127, 128) / 64.0)];

    private void Fill(Tensor cache, double[][] rows, int[][] pagesOf, int size)
    {
        int rowSize = KeyValueHeads * size;
        float[] host = new float[cache.numel()];
        Array.Fill(host, float.NaN);
        for (int i = 0; i < Requests.Length; i++)
        {
            for (int token = 0; token < Requests[i].Computed; token++)
            {
                int slot = (pagesOf[i][token / PageSize] * PageSize) + (token % PageSize);
                for (int d = 0; d < rowSize; d++)
                    host[(slot * rowSize) + d] = (float)rows[i][(token * rowSize) + d];
            }
        }

        cache.copy_(tensor(host, dtype: ScalarType.Float32).view(cache.shape).to(cache.dtype));
    }

    private Tensor New(double[][] rows, Func<CaseRequest, int> skip, int heads, int size)
    {
        float[] flat = [.. rows.SelectMany((request, i) => request.Skip(skip(Requests[i]) * heads * size)).Select(static x => (float)x)];
        return tensor(flat, dtype: ScalarType.Float32).view(-1, heads, size).to(ElementType.ToScalarType()).to(TestDevice.Current.ToTorch());
    }

    private static float[] Host(Tensor tensor) => tensor.cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();

    private double Compare(double[][] queries, double[][] keys, double[][] values, float[] output, float[] logSumExp)
    {
        int valueSize = ValueHeadSize ?? HeadSize, tokens = Requests.Sum(static request => request.New), token = 0;
        double error = 0;
        for (int request = 0; request < Requests.Length; request++)
        {
            for (int row = 0; row < Requests[request].New; row++, token++)
            {
                for (int head = 0; head < QueryHeads; head++)
                {
                    (double[] expected, double expectedLogSumExp) = Attend(queries[request], keys[request], values[request], request, row, head);
                    for (int d = 0; d < valueSize; d++)
                        error = Worse(error, expected[d], output[(((token * QueryHeads) + head) * valueSize) + d]);
                    error = Worse(error, expectedLogSumExp, logSumExp[(head * tokens) + token]);
                }
            }
        }

        return error;
    }

    private (double[] Output, double LogSumExp) Attend(double[] queries, double[] keys, double[] values, int request, int row, int head)
    {
        int length = Requests[request].Computed + Requests[request].New, position = Requests[request].Computed + row;
        int keyValueHead = head / (QueryHeads / KeyValueHeads), valueSize = ValueHeadSize ?? HeadSize;
        double[] scores = new double[length];
        for (int key = 0; key < length; key++)
        {
            double score = 0;
            for (int d = 0; d < HeadSize; d++)
                score += queries[(((row * QueryHeads) + head) * HeadSize) + d] * keys[(((key * KeyValueHeads) + keyValueHead) * HeadSize) + d];
            score /= Math.Sqrt(HeadSize);
            if (SoftCap is { } cap)
                score = cap * Math.Tanh(score / cap);
            if (AlibiSlopes.Length > 0)
                score -= AlibiSlopes[head] * Math.Abs(position - key);
            bool isHidden = (Causal && key > position) || (SlidingWindow is { } window && Math.Abs(position - key) >= window);
            scores[key] = isHidden ? double.NegativeInfinity : Formula(score, request, head, position, key);
        }

        double maximum = scores.DefaultIfEmpty(double.NegativeInfinity).Max();
        double[] output = new double[valueSize];
        if (double.IsNegativeInfinity(maximum))
            return (output, double.NegativeInfinity);
        double sum = scores.Sum(score => Math.Exp(score - maximum)) + (Sinks.Length > 0 ? Math.Exp(Sinks[head] - maximum) : 0);
        for (int key = 0; key < length; key++)
        {
            double weight = Math.Exp(scores[key] - maximum) / sum;
            for (int d = 0; d < valueSize; d++)
                output[d] += weight * values[(((key * KeyValueHeads) + keyValueHead) * valueSize) + d];
        }

        return (output, maximum + Math.Log(sum));
    }

    private static double Worse(double error, double expected, double actual)
    {
        if (expected == actual)
            return error;
        double difference = Math.Abs(expected - actual) / Math.Max(1, Math.Abs(expected));
        return double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(error, difference);
    }
}
