using System.Buffers;
using System.Numerics;

namespace AttentionGen;

/// <summary>Checks a batch against itself and a cache, so that no plan, layer or kernel need do so again.</summary>
internal static class AttentionBatchCheck
{
    public static void ThrowIfInvalid(AttentionBatch batch, int pages, int pageSize)
    {
        ReadOnlySpan<int> starts = batch.QueryStartLoc.Span;
        ReadOnlySpan<int> lengths = batch.SeqLens.Span;
        if (starts.Length != lengths.Length + 1)
            throw new ArgumentException($"QueryStartLoc has {starts.Length} entries and SeqLens {lengths.Length}. A batch of B requests has B + 1 and B.");
        if (starts[0] != 0)
            throw new ArgumentException($"QueryStartLoc begins with {starts[0]}. It must begin with 0.");
        for (int request = 0; request < lengths.Length; request++)
            CheckLengths(batch, request);

        if (batch.KeysInCache)
        {
            CheckBlockTable(batch, pages, pageSize);
            CheckSlots(batch.SlotMapping.Span, (long)pages * pageSize, pages, pageSize);
        }
        else
        {
            CheckWithoutCache(batch);
        }

        CheckTree(batch);
        CheckCommonPrefix(batch, pageSize);
    }

    private static void CheckLengths(AttentionBatch batch, int request)
    {
        int first = batch.QueryStartLoc.Span[request], next = batch.QueryStartLoc.Span[request + 1];
        int keys = batch.SeqLens.Span[request];
        if (next < first)
            throw new ArgumentException($"QueryStartLoc falls from {first} to {next} at request {request}. It must never fall.");
        if (keys < 0)
            throw new ArgumentException($"Request {request} has {keys} keys. SeqLens must not be negative.");
        if (batch.Causal && keys < next - first)
            throw new ArgumentException($"Request {request} has {next - first} queries and {keys} keys. Under causal attention its keys include those of its queries.");
    }

    private static void CheckBlockTable(AttentionBatch batch, int pages, int pageSize)
    {
        ReadOnlySpan<int> lengths = batch.SeqLens.Span;
        if (batch.MaxBlocks < 0 || batch.BlockTable.Length != (long)lengths.Length * batch.MaxBlocks)
            throw new ArgumentException($"BlockTable has {batch.BlockTable.Length} entries. {lengths.Length} requests of {batch.MaxBlocks} blocks need {(long)lengths.Length * batch.MaxBlocks}.");

        for (int request = 0; request < lengths.Length; request++)
        {
            int blocks = (int)(((long)lengths[request] + pageSize - 1) / pageSize);
            if (blocks > batch.MaxBlocks)
                throw new ArgumentException($"Request {request} has {lengths[request]} keys, which take {blocks} pages of {pageSize} tokens. Its row of the block table has {batch.MaxBlocks}.");

            foreach (int page in batch.BlockTable.Span.Slice(request * batch.MaxBlocks, blocks))
            {
                if ((uint)page >= (uint)pages)
                    throw new ArgumentException($"The block table of request {request} names page {page}. The cache has pages 0 to {pages - 1}.");
            }
        }
    }

    private static void CheckSlots(ReadOnlySpan<long> mapping, long slots, int pages, int pageSize)
    {
        long previous = -1;
        bool rises = true;
        foreach (long slot in mapping)
        {
            if (slot < -1 || slot >= slots)
                throw new ArgumentException($"SlotMapping names slot {slot}. The cache of {pages} pages of {pageSize} tokens has slots 0 to {slots - 1}, and -1 means not stored.");
            if (slot < 0)
                continue;
            rises &= slot > previous;
            previous = slot;
        }

        if (rises)
            return;

        // Two tokens for one slot: which of them would stay is chance.
        long[] sorted = ArrayPool<long>.Shared.Rent(mapping.Length);
        mapping.CopyTo(sorted);
        Array.Sort(sorted, 0, mapping.Length);
        long twice = -1;
        for (int i = 1; i < mapping.Length && twice < 0; i++)
            twice = sorted[i] == sorted[i - 1] ? sorted[i] : -1;
        ArrayPool<long>.Shared.Return(sorted);
        if (twice >= 0)
            throw new ArgumentException($"SlotMapping names slot {twice} twice. Each new token needs a slot of its own, or -1 where it is not stored.");
    }

    private static void CheckWithoutCache(AttentionBatch batch)
    {
        if (!batch.SlotMapping.IsEmpty || !batch.BlockTable.IsEmpty || batch.CommonPrefixLength != 0)
            throw new ArgumentException("The batch's keys are not in a cache, and yet it has slots, blocks or a common prefix. Leave SlotMapping, BlockTable and CommonPrefixLength empty, or set KeysInCache.");
        for (int request = 0; request < batch.RequestCount; request++)
        {
            int queries = batch.QueryStartLoc.Span[request + 1] - batch.QueryStartLoc.Span[request];
            if (batch.SeqLens.Span[request] != queries)
                throw new ArgumentException($"Request {request} has {queries} queries and {batch.SeqLens.Span[request]} keys. Without a cache its keys are those of its queries.");
        }
    }

    private static void CheckTree(AttentionBatch batch)
    {
        ReadOnlySpan<ulong> ancestors = batch.TreeAncestors.Span;
        if (ancestors.IsEmpty)
            return;
        if (ancestors.Length != batch.TokenCount)
            throw new ArgumentException($"TreeAncestors has {ancestors.Length} entries. It must have one for each of the {batch.TokenCount} query rows, or none.");
        if (!batch.Causal || !batch.KeysInCache)
            throw new ArgumentException("TreeAncestors are given for a batch that is not causal or not over a cache. A tree of speculated tokens follows the cached tokens of its request.");

        for (int request = 0; request < batch.RequestCount; request++)
        {
            int first = batch.QueryStartLoc.Span[request];
            ReadOnlySpan<ulong> rows = ancestors[first..batch.QueryStartLoc.Span[request + 1]];
            if (!rows.ContainsAnyExcept(0UL))
                continue;
            if (rows.Length > AttentionBatch.MaxTreeTokens)
                throw new ArgumentException($"Request {request} has a tree of {rows.Length} tokens. A tree has at most {AttentionBatch.MaxTreeTokens}.");
            for (int row = 0; row < rows.Length; row++)
            {
                // The highest bit of a row is its own: a token follows its ancestors.
                if (rows[row] == 0 || BitOperations.Log2(rows[row]) != row)
                    throw new ArgumentException($"TreeAncestors of request {request}, row {row}, is 0x{rows[row]:x}. Bit {row} must be set, for a token sees itself, and no higher one.");
            }
        }
    }

    private static void CheckCommonPrefix(AttentionBatch batch, int pageSize)
    {
        int prefix = batch.CommonPrefixLength;
        if (prefix == 0)
            return;
        if (prefix < 0 || prefix % pageSize != 0)
            throw new ArgumentException($"CommonPrefixLength is {prefix}. It must be a multiple of the page size, {pageSize}, or 0.");

        ReadOnlySpan<int> table = batch.BlockTable.Span;
        int blocks = prefix / pageSize;
        for (int request = 0; request < batch.RequestCount; request++)
        {
            int earlier = batch.SeqLens.Span[request] - (batch.QueryStartLoc.Span[request + 1] - batch.QueryStartLoc.Span[request]);
            if (earlier < prefix)
                throw new ArgumentException($"CommonPrefixLength is {prefix}, but request {request} has {earlier} keys before its queries. Every request must have the prefix behind it.");
            if (!table.Slice(request * batch.MaxBlocks, blocks).SequenceEqual(table[..blocks]))
                throw new ArgumentException($"CommonPrefixLength is {prefix}, but the first {blocks} pages of request {request} are not those of request 0. A common prefix lies in the same pages.");
        }
    }
}
