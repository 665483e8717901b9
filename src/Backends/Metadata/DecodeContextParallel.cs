namespace AttentionGen.Metadata;

/// <summary>
/// One rank's share of the keys and values under decode context parallelism: the tokens of a request are dealt out to the
/// ranks in runs of <see cref="Interleave"/> tokens, and each rank stores its own densely, after vLLM.
/// </summary>
/// <remarks>
/// The token at position p belongs to rank (p / interleave) mod world size. The ranks' local lengths of a request add up to
/// its length.
/// </remarks>
public sealed class DecodeContextParallel
{
    /// <summary>Describes one rank.</summary>
    /// <param name="rank">The rank, from 0.</param>
    /// <param name="worldSize">The number of ranks that share the keys and values.</param>
    /// <param name="interleave">The number of successive tokens that one rank stores before the next rank's turn.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The world size or the interleave is not positive, or the rank is not one of the ranks.
    /// </exception>
    public DecodeContextParallel(int rank, int worldSize, int interleave = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(worldSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(interleave);
        if ((uint)rank >= (uint)worldSize)
            throw new ArgumentOutOfRangeException(nameof(rank), rank, $"There are {worldSize} ranks, 0 to {worldSize - 1}.");

        Rank = rank;
        WorldSize = worldSize;
        Interleave = interleave;
    }

    /// <summary>The rank, from 0.</summary>
    public int Rank { get; }

    /// <summary>The number of ranks that share the keys and values.</summary>
    public int WorldSize { get; }

    /// <summary>The number of successive tokens that one rank stores before the next rank's turn.</summary>
    public int Interleave { get; }

    /// <summary>Whether this rank stores the token at a position.</summary>
    /// <param name="position">The position in the request, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    public bool IsLocal(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        return position / Interleave % WorldSize == Rank;
    }

    /// <summary>The place of a token of this rank among the request's tokens that the rank stores.</summary>
    /// <param name="position">The position in the request, from 0.</param>
    /// <returns>The place, from 0, or -1 where another rank stores the token.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    public int LocalPosition(int position) =>
        IsLocal(position) ? (position / Interleave / WorldSize * Interleave) + (position % Interleave) : -1;

    /// <summary>How many of a request's first tokens this rank stores.</summary>
    /// <param name="length">The number of tokens of the request.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public int LocalLength(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int dealt = length / Interleave / WorldSize * Interleave;
        long left = length - ((long)dealt * WorldSize);
        return dealt + (int)Math.Clamp(left - ((long)Rank * Interleave), 0, Interleave);
    }

    /// <summary>How many tokens of each request this rank stores.</summary>
    /// <param name="seqLens">The number of tokens of each request: [B].</param>
    /// <param name="localSeqLens">Receives the number that this rank stores: [B]. May be the same memory.</param>
    /// <exception cref="ArgumentException">The lengths of the spans differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative.</exception>
    public void LocalLengths(ReadOnlySpan<int> seqLens, Span<int> localSeqLens)
    {
        BatchShape.ThrowUnlessPerRequest(localSeqLens.Length, seqLens.Length, nameof(localSeqLens));
        for (int request = 0; request < seqLens.Length; request++)
            localSeqLens[request] = LocalLength(seqLens[request]);
    }
}
