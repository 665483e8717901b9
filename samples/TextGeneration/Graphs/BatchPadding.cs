using AttentionGen;

namespace TextGeneration.Graphs;

/// <summary>
/// Fills a batch of decodes up with requests that nobody waits for, so that it has as many rows as a graph was captured with.
/// Such a request stores nothing and reads one key: the first of the batch's first request, which has been written.
/// </summary>
internal static class BatchPadding
{
    /// <summary>Pads a batch.</summary>
    /// <param name="batch">A batch of at least one request, each with one new token in the cache, without trees.</param>
    /// <param name="requests">The number of requests it shall have: at least as many as it has.</param>
    /// <returns>The batch with more requests after its own; the batch itself where there is nothing to add.</returns>
    public static AttentionBatch Pad(AttentionBatch batch, int requests)
    {
        int own = batch.RequestCount;
        if (requests == own)
            return batch;

        int[] starts = new int[requests + 1], lengths = new int[requests], table = new int[requests * batch.MaxBlocks];
        long[] slots = new long[requests];
        batch.QueryStartLoc.CopyTo(starts);
        batch.SeqLens.CopyTo(lengths);
        batch.BlockTable.CopyTo(table);
        batch.SlotMapping.CopyTo(slots);
        for (int request = own; request < requests; request++)
        {
            starts[request + 1] = starts[request] + 1;
            lengths[request] = 1;
            table[request * batch.MaxBlocks] = table[0];
            slots[request] = -1;
        }

        return batch with { QueryStartLoc = starts, SeqLens = lengths, BlockTable = table, SlotMapping = slots };
    }
}
