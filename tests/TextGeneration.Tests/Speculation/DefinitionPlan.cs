using System.Numerics;
using AttentionGen;

namespace TextGeneration.Tests.Speculation;

/// <summary>A copy of a step's batch, request by request.</summary>
internal sealed class DefinitionPlan(AttentionPlanOptions options) : AttentionPlan(options)
{
    public long[] NewSlots { get; private set; } = [];

    public DefinitionRequest[] Requests { get; private set; } = [];

    protected override void UpdateCore(AttentionBatch batch)
    {
        NewSlots = batch.SlotMapping.ToArray();
        Requests = [.. Enumerable.Range(0, batch.RequestCount).Select(request => Request(batch, request))];
    }

    private DefinitionRequest Request(AttentionBatch batch, int request)
    {
        int size = Options.Cache.PageSize, keys = batch.SeqLens.Span[request];
        int first = batch.QueryStartLoc.Span[request], queries = batch.QueryStartLoc.Span[request + 1] - first;
        long[] slots = new long[keys];
        for (int key = 0; key < keys; key++)
            slots[key] = ((long)batch.BlockTable.Span[(request * batch.MaxBlocks) + (key / size)] * size) + (key % size);

        // Without a tree a row's ancestors are all rows before it.
        int earlier = keys - queries;
        ReadOnlySpan<ulong> tree = batch.TreeAncestors.IsEmpty ? [] : batch.TreeAncestors.Span.Slice(first, queries);
        bool isTree = tree.ContainsAnyExcept(0UL);
        int[] positions = [.. Enumerable.Range(0, keys)];
        bool[] sees = new bool[queries * keys];
        for (int row = 0; row < queries; row++)
        {
            if (isTree)
                positions[earlier + row] = earlier + BitOperations.PopCount(tree[row]) - 1;
            for (int key = 0; key < keys; key++)
                sees[(row * keys) + key] = key < earlier || (isTree ? (tree[row] >> (key - earlier) & 1) != 0 : key - earlier <= row);
        }

        return new DefinitionRequest(first, queries, slots, positions, sees);
    }
}

/// <summary>One request of a step.</summary>
/// <param name="FirstRow">Its first query row.</param>
/// <param name="Queries">The number of its query rows, which are its last keys too.</param>
/// <param name="Slots">Where each of its keys is.</param>
/// <param name="Positions">The position of each of its keys.</param>
/// <param name="Sees">Whether a row sees a key, windows left out: [queries, keys].</param>
internal sealed record DefinitionRequest(int FirstRow, int Queries, long[] Slots, int[] Positions, bool[] Sees)
{
    /// <summary>0 for the keys that each row sees and minus infinity for the others: [queries, keys].</summary>
    public float[] Bias(int? slidingWindow)
    {
        int keys = Slots.Length;
        float[] bias = new float[Sees.Length];
        for (int i = 0; i < bias.Length; i++)
        {
            int distance = Positions[keys - Queries + (i / keys)] - Positions[i % keys];
            bias[i] = Sees[i] && (slidingWindow is null || distance < slidingWindow) ? 0 : float.NegativeInfinity;
        }

        return bias;
    }
}
