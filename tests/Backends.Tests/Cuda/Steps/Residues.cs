using System.Collections.Immutable;
using AttentionGen.Conformance.Cases;

namespace AttentionGen.Tests.Cuda.Steps;

/// <summary>Requests whose numbers of queries and of keys lie around the ends of tiles of 64 and of 128.</summary>
internal static class Residues
{
    private const int Tile = 128;

    /// <summary>The residues by 128.</summary>
    public static ImmutableArray<int> Values { get; } = [0, 1, 63, 64, 65, 127];

    /// <summary>All pairs of residues of queries and keys, each a request with some keys in the cache before.</summary>
    /// <param name="fewestQueries">The fewest queries that a request may have.</param>
    public static ImmutableArray<RequestShape> Pairs(int fewestQueries) =>
        [.. Values.SelectMany(queries => Values.Select(keys => Pair(queries, keys, fewestQueries)))];

    /// <summary>A request with two residues.</summary>
    /// <param name="queries">The residue of the number of queries.</param>
    /// <param name="keys">The residue of the number of keys.</param>
    /// <param name="fewestQueries">The fewest queries that it may have.</param>
    public static RequestShape Pair(int queries, int keys, int fewestQueries)
    {
        int queryCount = AtLeast(fewestQueries, queries);
        return RequestShape.Decoder(AtLeast(queryCount + 1, keys), queryCount);
    }

    private static int AtLeast(int least, int residue) => least + ((((residue - least) % Tile) + Tile) % Tile);
}
