namespace AttentionGen.Metadata;

/// <summary>
/// Whether cascade attention is worth it: the common prefix of a batch computed once for all its queries, and merged with
/// each request's own rest. The rule and its numbers are those of vLLM's FlashAttention backend.
/// </summary>
public static class CascadeDecision
{
    /// <summary>The shortest common prefix, in tokens, that is worth a second kernel.</summary>
    public const int MinPrefixLength = 256;

    /// <summary>The fewest requests that are worth a second kernel.</summary>
    public const int MinRequests = 8;

    private const int QueryTile = 128;
    private const int KeyTile = 128;

    /// <summary>Decides for one step.</summary>
    /// <param name="commonPrefixLength">The length of the common prefix in tokens (<see cref="CommonPrefix.CascadeLength"/>).</param>
    /// <param name="queryStartLoc">Where each request's queries begin, and their number at the end: [B + 1].</param>
    /// <param name="queryHeads">Hq, a multiple of <paramref name="keyValueHeads"/>.</param>
    /// <param name="keyValueHeads">Hkv.</param>
    /// <param name="multiprocessors">The number of streaming multiprocessors of the GPU, or of cores.</param>
    /// <param name="hasAlibi">Whether the layer has ALiBi slopes.</param>
    /// <param name="hasSlidingWindow">Whether the layer has a sliding window.</param>
    /// <param name="hasLocalAttention">Whether the layer attends within chunks (<see cref="ChunkedLocalBatches"/>).</param>
    /// <param name="decodeContextParallelSize">The number of ranks that share the keys and values.</param>
    /// <returns>
    /// No with ALiBi, a window or chunks, with several ranks, below <see cref="MinPrefixLength"/> or
    /// <see cref="MinRequests"/>. Otherwise yes, unless the batch is all decodes of grouped heads: split-KV kernels compute
    /// those in more thread blocks than a cascade has, and the one that takes fewer waves over the prefix's tiles of 128 keys wins.
    /// </returns>
    /// <exception cref="ArgumentException">The query heads do not divide into groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or one that counts heads, processors or ranks is 0.</exception>
    public static bool UseCascade(
        int commonPrefixLength,
        ReadOnlySpan<int> queryStartLoc,
        int queryHeads,
        int keyValueHeads,
        int multiprocessors,
        bool hasAlibi = false,
        bool hasSlidingWindow = false,
        bool hasLocalAttention = false,
        int decodeContextParallelSize = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commonPrefixLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(queryHeads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keyValueHeads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(multiprocessors);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(decodeContextParallelSize);
        if (queryHeads % keyValueHeads != 0)
            throw new ArgumentException($"{queryHeads} query heads do not divide into {keyValueHeads} groups. The number of query heads must be a multiple of the KV heads.", nameof(queryHeads));

        int requests = BatchShape.RequestsOf(queryStartLoc);
        if (commonPrefixLength < MinPrefixLength || requests < MinRequests || decodeContextParallelSize > 1)
            return false;
        if (hasAlibi || hasSlidingWindow || hasLocalAttention)
            return false;

        int group = queryHeads / keyValueHeads;
        if (group == 1 || !IsAllSingleQueries(queryStartLoc))
            return true;

        long tiles = BatchShape.BlocksOf(commonPrefixLength, KeyTile);
        long cascade = checked(BatchShape.BlocksOf(queryHeads * BatchShape.BlocksOf(requests, QueryTile), multiprocessors) * tiles);
        long splitKeyValue = BatchShape.BlocksOf(
            checked((long)requests * keyValueHeads * BatchShape.BlocksOf(group, QueryTile) * tiles), multiprocessors);
        return cascade < splitKeyValue;
    }

    private static bool IsAllSingleQueries(ReadOnlySpan<int> queryStartLoc)
    {
        for (int request = 0; request < queryStartLoc.Length - 1; request++)
        {
            if (queryStartLoc[request + 1] - queryStartLoc[request] != 1)
                return false;
        }

        return true;
    }
}
