using TorchSharp;
using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>Where the queries and keys of a padded call stand: what masks and biases are made from.</summary>
/// <param name="requests">The requests, N of them with the padding.</param>
/// <param name="queries">The number of queries of each.</param>
/// <param name="paddedQueries">L.</param>
/// <param name="paddedKeys">S.</param>
/// <param name="window">The sliding window, or <see cref="int.MaxValue"/>.</param>
internal sealed class CallPositions(GatheredRequest[] requests, int queries, int paddedQueries, int paddedKeys, int window)
{
    /// <summary>Whether no request has fewer keys than the longest.</summary>
    public bool AreKeysFull => Array.TrueForAll(requests, request => Count(request) == paddedKeys);

    /// <summary>The query rows: [N * L].</summary>
    public long[] QueryRows() => PerQuery(static (request, row) => request.FirstRow + row);

    /// <summary>The slots of the keys, or their rows among the step's keys: [N * S].</summary>
    public long[] KeyRows(bool areNew) =>
        areNew ? PerKey(static (request, key) => request.FirstRow + key) : PerKey(static (request, key) => request.SlotOf(key));

    /// <summary>Which keys each query sees: bool [N, 1, L, S].</summary>
    public Tensor CreateMask(bool causal, AttentionDevice device)
    {
        using var scope = NewDisposeScope();
        Tensor keys = Keys(PerKey(static (_, key) => key), device);

        // The columns that pad repeat a key, and count as none.
        Tensor counts = Index([.. requests.Select(request => (long)Count(request))], device).view(-1, 1, 1, 1);
        Tensor visible = arange(paddedKeys, dtype: ScalarType.Int64, device: device.ToTorch()).view(1, 1, 1, -1).lt(counts);
        Tensor rowPositions = Rows(PerQuery(static (request, row) => request.PositionOfRow(row)), device);
        if (causal && Array.Exists(requests, static request => request.IsTree))
            visible = visible.logical_and(Branches(keys, device));
        else if (causal)
            visible = visible.logical_and(keys.le(rowPositions));
        else
            visible = visible.expand(requests.Length, 1, paddedQueries, paddedKeys);

        if (window != int.MaxValue)
        {
            Tensor distances = KeyPositions(device).sub(rowPositions);
            using Scalar reach = window;
            visible = visible.logical_and(causal ? distances.neg().lt(reach) : distances.abs().lt(reach));
        }

        return visible.contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The distance of each key from each query: float32 [N, 1, L, S].</summary>
    public Tensor CreateDistances(AttentionDevice device)
    {
        using var scope = NewDisposeScope();
        Tensor rowPositions = Rows(PerQuery(static (request, row) => request.PositionOfRow(row)), device);
        return KeyPositions(device).sub(rowPositions).abs().to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private static Tensor Index(long[] values, AttentionDevice device) => DeviceIndices.Create(values, device);

    private int Count(GatheredRequest request) => request.Keys - request.FirstKey(window);

    /// <summary>Keys from before the step, and those of the new tokens that are a row's ancestors.</summary>
    private Tensor Branches(Tensor keys, AttentionDevice device)
    {
        Tensor contexts = Index([.. requests.Select(static request => (long)request.Context)], device).view(-1, 1, 1, 1);
        Tensor ancestors = Rows(PerQuery(static (request, row) => (long)request.AncestorsOf(row)), device);
        using Scalar zero = 0L, one = 1L, last = 63L;
        Tensor token = keys.sub(contexts);
        Tensor isAncestor = ancestors.bitwise_right_shift(token.clamp(zero, last)).bitwise_and(ones_like(token)).eq(one);
        return isAncestor.logical_or(token.lt(zero));
    }

    private Tensor KeyPositions(AttentionDevice device) =>
        Keys(PerKey(static (request, key) => request.PositionOfKey(key)), device);

    private Tensor Rows(long[] values, AttentionDevice device) => Index(values, device).view(requests.Length, 1, paddedQueries, 1);

    private Tensor Keys(long[] values, AttentionDevice device) => Index(values, device).view(requests.Length, 1, 1, paddedKeys);

    private long[] PerQuery(Func<GatheredRequest, int, long> value)
    {
        long[] values = new long[checked(requests.Length * paddedQueries)];
        for (int i = 0; i < values.Length; i++)
            values[i] = value(requests[i / paddedQueries], Math.Min(i % paddedQueries, queries - 1));
        return values;
    }

    private long[] PerKey(Func<GatheredRequest, int, long> value)
    {
        long[] values = new long[checked(requests.Length * paddedKeys)];
        for (int i = 0; i < requests.Length; i++)
        {
            GatheredRequest request = requests[i];
            int first = request.FirstKey(window), count = Count(request), offset = i * paddedKeys;
            for (int key = 0; key < count; key++)
                values[offset + key] = value(request, first + key);
            values.AsSpan(offset + count, paddedKeys - count).Fill(values[offset]);
        }

        return values;
    }
}
