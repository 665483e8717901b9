namespace AttentionGen.Tests.Metadata;

/// <summary>Batches by the lengths of their requests, as vLLM's tests write them.</summary>
internal static class BatchSpec
{
    /// <summary>[0, the sums of the lengths so far].</summary>
    public static int[] QueryStartLoc(params int[] queryLens)
    {
        int[] starts = new int[queryLens.Length + 1];
        for (int request = 0; request < queryLens.Length; request++)
            starts[request + 1] = starts[request] + queryLens[request];
        return starts;
    }

    /// <summary>A batch whose rows of the block table number their pages on, from 0: no page is in two places.</summary>
    public static AttentionBatch WithArangePages(int[] queryLens, int[] seqLens, int pageSize)
    {
        int maxBlocks = seqLens.Length == 0 ? 0 : (seqLens.Max() + pageSize - 1) / pageSize;
        return new AttentionBatch
        {
            QueryStartLoc = QueryStartLoc(queryLens),
            SeqLens = seqLens,
            BlockTable = Enumerable.Range(0, seqLens.Length * maxBlocks).ToArray(),
            MaxBlocks = maxBlocks,
            SlotMapping = Enumerable.Repeat(-1L, queryLens.Sum()).ToArray(),
        };
    }

    /// <summary>The lengths between neighbours.</summary>
    public static int[] Differences(ReadOnlyMemory<int> starts) =>
        [.. Enumerable.Range(0, starts.Length - 1).Select(i => starts.Span[i + 1] - starts.Span[i])];
}
