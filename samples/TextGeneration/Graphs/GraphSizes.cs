using System.Numerics;

namespace TextGeneration.Graphs;

/// <summary>
/// For how many requests graphs are captured: 1, 2, 4, 8, 12, 16, 24, 32, 48, 64 and so on, powers of two and from 8 on the
/// middles between them, and the most requests there may be. Few, because each graph holds memory and takes some
/// passes to capture; at most three rows of eight are padding, and a decode waits for weights far more than for rows.
/// </summary>
internal static class GraphSizes
{
    private const int FirstWithMiddle = 16;

    /// <summary>The smallest size for so many requests.</summary>
    /// <param name="requests">At least 1.</param>
    /// <param name="most">The most requests there may be: at least as many.</param>
    public static int For(int requests, int most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(requests);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(requests, most);
        uint power = BitOperations.RoundUpToPowerOf2((uint)requests);
        uint middle = power / 4 * 3;
        return (int)Math.Min(power >= FirstWithMiddle && requests <= middle ? middle : power, (uint)most);
    }
}
