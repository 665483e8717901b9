namespace AttentionGen.Cuda.Benchmarks.Steps;

/// <summary>The requests of a step and the heads of its layer.</summary>
/// <param name="Requests">The requests.</param>
/// <param name="QueryHeads">Hq, the number of query heads.</param>
/// <param name="KeyValueHeads">Hkv, the number of KV heads.</param>
/// <param name="HeadSize">D, the size of a head.</param>
internal sealed record StepShape(StepRequest[] Requests, int QueryHeads, int KeyValueHeads, int HeadSize)
{
    /// <summary>T, the number of query rows.</summary>
    public int Tokens => Requests.Sum(static request => request.Queries);

    /// <summary>The number of keys of all requests.</summary>
    public int Keys => Requests.Sum(static request => request.Keys);

    /// <summary>The number of queries of the request that has most.</summary>
    public int MaxQueries => Requests.Max(static request => request.Queries);

    /// <summary>The number of keys of the request that has most.</summary>
    public int MaxKeys => Requests.Max(static request => request.Keys);

    /// <summary>The number of query heads that share a KV head.</summary>
    public int Group => QueryHeads / KeyValueHeads;

    /// <summary>Whether all requests have one number of keys and one of queries.</summary>
    public bool IsUniform => Array.TrueForAll(Requests, request => request == Requests[0]);

    /// <summary>Requests of one new token each.</summary>
    public static StepShape Decodes(int requests, int keys, int queryHeads, int keyValueHeads, int headSize) =>
        new([.. Enumerable.Repeat(new StepRequest(keys, 1), requests)], queryHeads, keyValueHeads, headSize);

    /// <summary>Whole prompts.</summary>
    public static StepShape Prefills(int requests, int tokens, int queryHeads, int keyValueHeads, int headSize) =>
        new([.. Enumerable.Repeat(new StepRequest(tokens, tokens), requests)], queryHeads, keyValueHeads, headSize);

    /// <summary>The bytes of keys and values.</summary>
    public double KeyValueBytes(ElementType type) => 2.0 * Keys * KeyValueHeads * HeadSize * type.SizeInBytes();

    /// <summary>The bytes of queries, keys, values and output.</summary>
    public double OperandBytes(ElementType type) => KeyValueBytes(type) + (2.0 * Tokens * QueryHeads * HeadSize * type.SizeInBytes());

    /// <summary>The operations of both matrix products over the keys that queries see.</summary>
    public double Operations(int? window = null) => 4.0 * QueryHeads * HeadSize * Requests.Sum(request => request.VisiblePairs(window));

    /// <summary>How many sets of inputs are used in turn, so that none is left in the device's cache from its last turn.</summary>
    public int InputSets(ElementType type)
    {
        const double MuchMoreThanTheCache = 400e6;
        return Math.Max(1, (int)Math.Ceiling(MuchMoreThanTheCache / OperandBytes(type)));
    }
}
