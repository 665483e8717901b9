namespace AttentionGen.Metadata;

/// <summary>
/// Puts a batch in the order decode, short extend, long extend, prefill, so that one split separates what different kernels
/// compute. Requests that stand in their phase's region already stay where they are, after vLLM's
/// <c>reorder_batch_to_split_decodes_and_prefills</c>: a batch that lives from step to step is mostly in order.
/// </summary>
public static class BatchReordering
{
    private const int PhaseCount = 4;

    /// <summary>The phase of a request.</summary>
    /// <param name="scheduledTokens">The number of new tokens of this step.</param>
    /// <param name="computedTokens">The number of tokens whose keys and values are in the cache.</param>
    /// <param name="promptTokens">The number of tokens of the prompt.</param>
    /// <param name="decodeThreshold">The most new tokens that a decode has.</param>
    public static RequestPhase PhaseOf(int scheduledTokens, int computedTokens, int promptTokens, int decodeThreshold = 1)
    {
        if (computedTokens <= 0)
            return RequestPhase.Prefill;
        if (scheduledTokens > decodeThreshold)
            return RequestPhase.LongExtend;
        return computedTokens < promptTokens ? RequestPhase.ShortExtend : RequestPhase.Decode;
    }

    /// <summary>Finds the order of a batch.</summary>
    /// <param name="scheduledTokens">The number of new tokens of each request: [B].</param>
    /// <param name="computedTokens">The number of tokens of each request that are in the cache: [B].</param>
    /// <param name="promptTokens">The number of tokens of each request's prompt: [B].</param>
    /// <param name="decodeThreshold">The most new tokens that a decode has: 1, or more with speculative decoding.</param>
    /// <param name="order">Receives, for each row of the ordered batch, the row where its request stands now: [B].</param>
    /// <returns>Whether any request has to move.</returns>
    /// <exception cref="ArgumentException">The lengths of the spans differ, or a number of tokens is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative.</exception>
    public static bool Order(
        ReadOnlySpan<int> scheduledTokens, ReadOnlySpan<int> computedTokens, ReadOnlySpan<int> promptTokens, int decodeThreshold, Span<int> order)
    {
        int requests = scheduledTokens.Length;
        ArgumentOutOfRangeException.ThrowIfNegative(decodeThreshold);
        BatchShape.ThrowUnlessPerRequest(computedTokens.Length, requests, nameof(computedTokens));
        BatchShape.ThrowUnlessPerRequest(promptTokens.Length, requests, nameof(promptTokens));
        BatchShape.ThrowUnlessPerRequest(order.Length, requests, nameof(order));

        // starts[phase] to starts[phase + 1] will be the rows of a phase: its region.
        Span<int> starts = stackalloc int[PhaseCount + 1];
        starts.Clear();
        for (int row = 0; row < requests; row++)
        {
            ThrowIfNegative(scheduledTokens[row], row, nameof(scheduledTokens));
            ThrowIfNegative(computedTokens[row], row, nameof(computedTokens));
            ThrowIfNegative(promptTokens[row], row, nameof(promptTokens));
            starts[(int)PhaseOf(scheduledTokens[row], computedTokens[row], promptTokens[row], decodeThreshold) + 1]++;
        }

        for (int phase = 0; phase < PhaseCount; phase++)
            starts[phase + 1] += starts[phase];

        Span<int> next = stackalloc int[PhaseCount];
        starts[..PhaseCount].CopyTo(next);
        bool moved = false;
        for (int row = 0; row < requests; row++)
        {
            int phase = (int)PhaseOf(scheduledTokens[row], computedTokens[row], promptTokens[row], decodeThreshold);
            if (row >= starts[phase] && row < starts[phase + 1])
            {
                order[row] = row;
                continue;
            }

            // The misplaced requests of a phase take, in turn, the rows of its region that others hold.
            int free = next[phase];
            while ((int)PhaseOf(scheduledTokens[free], computedTokens[free], promptTokens[free], decodeThreshold) == phase)
                free++;

            order[free] = row;
            next[phase] = free + 1;
            moved = true;
        }

        return moved;
    }

    /// <summary>Turns an order into swaps, for a batch whose rows can only change places in pairs.</summary>
    /// <param name="order">For each row of the ordered batch, the row where its request stands now: [B], each row once.</param>
    /// <param name="swaps">Receives the swaps in the order in which they are to be made: at least B - 1 entries suffice.</param>
    /// <returns>The number of swaps.</returns>
    /// <exception cref="ArgumentException">The order does not name each row once, or the swaps do not fit.</exception>
    public static int Swaps(ReadOnlySpan<int> order, Span<RequestSwap> swaps)
    {
        // done[row]: the row holds its request already.
        Span<bool> done = order.Length <= 1024 ? stackalloc bool[order.Length] : new bool[order.Length];
        ThrowUnlessPermutation(order, done);
        done.Clear();

        int count = 0;
        for (int start = 0; start < order.Length; start++)
        {
            int row = start;
            while (!done[row])
            {
                done[row] = true;
                int source = order[row];
                if (done[source])
                    break;
                if (count == swaps.Length)
                    throw new ArgumentException($"The order of {order.Length} requests takes more than the {swaps.Length} swaps that there is room for. Give it room for {order.Length - 1}.", nameof(swaps));

                swaps[count++] = new RequestSwap(row, source);
                row = source;
            }
        }

        return count;
    }

    private static void ThrowUnlessPermutation(ReadOnlySpan<int> order, Span<bool> seen)
    {
        seen.Clear();
        foreach (int row in order)
        {
            if ((uint)row >= (uint)order.Length || seen[row])
                throw new ArgumentException($"The order names row {row} twice, or it is no row. An order of {order.Length} requests names each of 0 to {order.Length - 1} once.", nameof(order));
            seen[row] = true;
        }
    }

    private static void ThrowIfNegative(int tokens, int request, string name)
    {
        if (tokens < 0)
            throw new ArgumentException($"{name} says {tokens} for request {request}. A number of tokens must not be negative.", name);
    }
}
