namespace AttentionGen.Metadata;

/// <summary>
/// Where a reordered batch falls into decodes, which come first, and prefills: the two are scheduled, and often computed,
/// by different kernels. The rule is vLLM's <c>split_decodes_and_prefills</c>.
/// </summary>
/// <param name="Decodes">The number of decodes: requests 0 to this.</param>
/// <param name="Prefills">The number of requests after them.</param>
/// <param name="DecodeTokens">The number of query rows of the decodes.</param>
/// <param name="PrefillTokens">The number of query rows of the prefills.</param>
public readonly record struct DecodePrefillSplit(int Decodes, int Prefills, int DecodeTokens, int PrefillTokens)
{
    /// <summary>Splits a batch that <see cref="BatchReordering"/> has put in order.</summary>
    /// <param name="queryStartLoc">Where each request's queries begin, and their number at the end: [B + 1].</param>
    /// <param name="decodeThreshold">The most queries that a decode has: 1, or more with speculative decoding.</param>
    /// <param name="requireUniform">
    /// Whether all decodes must have as many queries as the first request. The split is then before the first request that
    /// has another number, even one within the threshold; but if all have that number or none, those without being the
    /// padding of a captured graph, all are decodes (unless <paramref name="treatShortExtendsAsDecodes"/> is off).
    /// </param>
    /// <param name="treatShortExtendsAsDecodes">
    /// Whether a request within the threshold that is still reading its prompt is a decode.
    /// </param>
    /// <param name="isPrefilling">
    /// Whether each request is still reading its prompt: [B]. Needed, and read, only if <paramref name="treatShortExtendsAsDecodes"/> is off.
    /// </param>
    /// <param name="tokenCount">
    /// The number of query rows if the batch is padded beyond the last entry of <paramref name="queryStartLoc"/>.
    /// </param>
    /// <exception cref="ArgumentException">The spans do not agree.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The threshold is negative, or <paramref name="tokenCount"/> is smaller than the number of queries.
    /// </exception>
    public static DecodePrefillSplit Create(
        ReadOnlySpan<int> queryStartLoc,
        int decodeThreshold = 1,
        bool requireUniform = false,
        bool treatShortExtendsAsDecodes = true,
        ReadOnlySpan<bool> isPrefilling = default,
        int? tokenCount = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decodeThreshold);
        int requests = BatchShape.RequestsOf(queryStartLoc);
        int tokens = tokenCount ?? queryStartLoc[^1];
        if (tokens < queryStartLoc[^1])
            throw new ArgumentOutOfRangeException(nameof(tokenCount), tokens, $"The batch has {queryStartLoc[^1]} queries. Padding may add rows but not take any away.");
        if (!treatShortExtendsAsDecodes && isPrefilling.Length != requests)
        {
            throw new ArgumentException(
                $"isPrefilling has {isPrefilling.Length} entries. Without treatShortExtendsAsDecodes it must say for each of the {requests} requests whether it is still reading its prompt.",
                nameof(isPrefilling));
        }

        int decodes = CountDecodes(queryStartLoc, decodeThreshold, requireUniform, treatShortExtendsAsDecodes, isPrefilling);
        int decodeTokens = decodes == requests ? tokens : queryStartLoc[decodes];
        return new DecodePrefillSplit(decodes, requests - decodes, decodeTokens, tokens - decodeTokens);
    }

    private static int CountDecodes(
        ReadOnlySpan<int> queryStartLoc, int threshold, bool requireUniform, bool shortExtendsAreDecodes, ReadOnlySpan<bool> isPrefilling)
    {
        int requests = queryStartLoc.Length - 1;
        if (requests == 0)
            return 0;

        int first = queryStartLoc[1];
        if (first > threshold)
            return 0;
        if (shortExtendsAreDecodes && IsAllDecodes(queryStartLoc, threshold, requireUniform))
            return requests;

        for (int request = 0; request < requests; request++)
        {
            int queries = queryStartLoc[request + 1] - queryStartLoc[request];
            if (requireUniform ? queries != first : queries > threshold)
                return request;
            if (!shortExtendsAreDecodes && isPrefilling[request])
                return request;
        }

        return requests;
    }

    private static bool IsAllDecodes(ReadOnlySpan<int> queryStartLoc, int threshold, bool requireUniform)
    {
        int first = queryStartLoc[1];
        bool withinThreshold = true, firstOrPadding = true;
        for (int request = 0; request < queryStartLoc.Length - 1; request++)
        {
            int queries = queryStartLoc[request + 1] - queryStartLoc[request];
            withinThreshold &= queries <= threshold;
            firstOrPadding &= queries == first || queries == 0;
        }

        // Up to a threshold of 1, lengths within it are uniform but for padding.
        return requireUniform && threshold > 1 ? firstOrPadding : withinThreshold || (requireUniform && firstOrPadding);
    }
}
