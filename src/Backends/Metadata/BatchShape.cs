namespace AttentionGen.Metadata;

/// <summary>Checks the arrays that the functions of this namespace share before they are indexed.</summary>
internal static class BatchShape
{
    /// <summary>The number of requests of a query_start_loc, after a check that it is one.</summary>
    public static int RequestsOf(ReadOnlySpan<int> queryStartLoc)
    {
        if (queryStartLoc.IsEmpty)
            throw new ArgumentException("queryStartLoc is empty. A batch of B requests has B + 1 entries, the first of them 0.", nameof(queryStartLoc));
        if (queryStartLoc[0] != 0)
            throw new ArgumentException($"queryStartLoc begins with {queryStartLoc[0]}. It must begin with 0.", nameof(queryStartLoc));

        for (int request = 0; request < queryStartLoc.Length - 1; request++)
        {
            if (queryStartLoc[request + 1] < queryStartLoc[request])
            {
                throw new ArgumentException(
                    $"queryStartLoc falls from {queryStartLoc[request]} to {queryStartLoc[request + 1]} at request {request}. It must never fall.",
                    nameof(queryStartLoc));
            }
        }

        return queryStartLoc.Length - 1;
    }

    /// <summary>Checks that a span has one entry for each request.</summary>
    public static void ThrowUnlessPerRequest(int length, int requests, string name)
    {
        if (length != requests)
            throw new ArgumentException($"{name} has {length} entries. A batch of {requests} requests needs {requests}.", name);
    }

    /// <summary>Checks that a block table has the given rows.</summary>
    public static void ThrowUnlessBlockTable(int length, int requests, int maxBlocks, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxBlocks);
        if (length != (long)requests * maxBlocks)
            throw new ArgumentException($"{name} has {length} entries. {requests} requests of {maxBlocks} blocks need {(long)requests * maxBlocks}.", name);
    }

    /// <summary>Checks that each request of a causal batch has at least as many keys as queries.</summary>
    public static void ThrowUnlessCausal(ReadOnlySpan<int> queryStartLoc, ReadOnlySpan<int> seqLens)
    {
        for (int request = 0; request < seqLens.Length; request++)
        {
            int queries = queryStartLoc[request + 1] - queryStartLoc[request];
            if (seqLens[request] < queries)
            {
                throw new ArgumentException(
                    $"Request {request} has {queries} queries and {seqLens[request]} keys. seqLens counts the step's new tokens too, so a request has at least as many keys as queries.",
                    nameof(seqLens));
            }
        }
    }

    /// <summary>The number of blocks of the given size that hold a number of items.</summary>
    public static long BlocksOf(long items, int size) => (items + size - 1) / size;
}
