using static TorchSharp.torch;

namespace AttentionGen.Libtorch.Gathered;

/// <summary>Requests of one number of queries, attended in one call: N requests, padded to L queries and S keys.</summary>
internal sealed class PaddedCall : IDisposable
{
    /// <summary>
    /// The number of queries up to which the query heads of one KV head become rows of one matrix, so that no key is
    /// repeated.
    /// </summary>
    public const int MaxFoldedQueries = 64;

    /// <summary>The number of requests, and N, of which they are the first.</summary>
    public required int Requests { get; init; }

    /// <inheritdoc cref="Requests"/>
    public required int PaddedRequests { get; init; }

    /// <summary>The number of queries of each, and L, of which they are the first.</summary>
    public required int Queries { get; init; }

    /// <inheritdoc cref="Queries"/>
    public required int PaddedQueries { get; init; }

    /// <summary>S.</summary>
    public required int Keys { get; init; }

    /// <summary>Whether the mask is the square causal one, which libtorch's kernels know.</summary>
    public required bool IsCausal { get; init; }

    /// <summary>The query rows to read: N * L.</summary>
    public required RowSelection QueryRows { get; init; }

    /// <summary>The rows to write: requests * queries.</summary>
    public required RowSelection OutputRows { get; init; }

    /// <summary>The slots to gather, or the rows of the step's keys: N * S.</summary>
    public required RowSelection KeyRows { get; init; }

    /// <summary>Whether the keys are the step's own and not the cache's.</summary>
    public required bool KeysAreNew { get; init; }

    /// <summary>Which keys each query sees: bool [N, 1, L, S] or [N, 1, 1, S]; null where all, or where <see cref="IsCausal"/>.</summary>
    public Tensor? Mask { get; private init; }

    /// <summary>How far each key is from each query: float32 [N, 1, L, S], not negative; null where nobody asks.</summary>
    public Tensor? Distances { get; private init; }

    /// <summary>Whether query heads become rows.</summary>
    public bool IsFolded => !IsCausal && PaddedQueries <= MaxFoldedQueries;

    public static PaddedCall Create(
        GatheredRequest[] members, GatheredBatch batch, int window, bool needsPositions, ShapeRounding rounding, AttentionDevice device)
    {
        GatheredRequest first = members[0];
        int queries = first.Queries, paddedQueries = queries == 1 ? 1 : rounding.Length(queries);
        int padded = rounding.Requests(members.Length), longest = members.Max(member => member.Keys - member.FirstKey(window));
        int keys = rounding.Length(longest);
        bool isNew = first.Pages is null || (members.Length == 1 && queries > 1 && !first.IsTree && batch.HasOnlyNewKeys(first));
        bool isCausal = isNew && batch.Causal && !needsPositions && window == int.MaxValue;

        // Padding, of keys, queries and requests, repeats those of real requests: pages that nobody has written may hold
        // NaN, which no mask removes.
        GatheredRequest[] all = [.. Enumerable.Range(0, padded).Select(i => members[Math.Min(i, members.Length - 1)])];
        CallPositions positions = new(all, queries, paddedQueries, keys, window);
        bool seesAll = positions.AreKeysFull && (queries == 1 || (!batch.Causal && window == int.MaxValue));
        using var scope = NewDisposeScope();
        return new PaddedCall
        {
            Requests = members.Length,
            PaddedRequests = padded,
            Queries = queries,
            PaddedQueries = paddedQueries,
            Keys = keys,
            IsCausal = isCausal,
            KeysAreNew = isNew,
            QueryRows = RowSelection.Create(positions.QueryRows(), device),
            OutputRows = RowSelection.Create(OutputRowsOf(members), device),
            KeyRows = RowSelection.Create(positions.KeyRows(isNew), device),
            Mask = isCausal || seesAll ? null : positions.CreateMask(batch.Causal, device).DetachFromDisposeScope(),
            Distances = needsPositions ? positions.CreateDistances(device).DetachFromDisposeScope() : null,
        };
    }

    public void Dispose()
    {
        QueryRows.Dispose();
        OutputRows.Dispose();
        KeyRows.Dispose();
        Mask?.Dispose();
        Distances?.Dispose();
    }

    private static long[] OutputRowsOf(GatheredRequest[] members)
    {
        List<long> rows = [];
        foreach (GatheredRequest member in members)
        {
            for (int row = 0; row < member.Queries; row++)
                rows.Add(member.FirstRow + row);
        }

        return [.. rows];
    }
}
