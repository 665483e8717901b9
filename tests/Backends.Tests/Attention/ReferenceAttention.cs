using System.Numerics;

namespace AttentionGen.Tests.Attention;

/// <summary>What the definition of attention is told besides queries, keys and values.</summary>
internal sealed record ReferenceOptions
{
    public required double Scale { get; init; }

    public required bool Causal { get; init; }

    public int? Window { get; init; }

    public double? SoftCap { get; init; }

    /// <summary>One slope a query head, or none.</summary>
    public float[] AlibiSlopes { get; init; } = [];

    /// <summary>One logit a query head, or none.</summary>
    public float[] Sinks { get; init; } = [];

    /// <summary>For each query the new tokens that it sees, as bits; empty: no tree.</summary>
    public ulong[] TreeAncestors { get; init; } = [];
}

/// <summary>Attention of one request in float64, written to be read: the definition, row by row.</summary>
internal static class ReferenceAttention
{
    /// <summary>
    /// Attends the last positions of a request to its keys.
    /// </summary>
    /// <param name="query">[L][Hq][D].</param>
    /// <param name="keys">[S][Hkv][D].</param>
    /// <param name="values">[S][Hkv][Dv].</param>
    /// <param name="valueSize">Dv.</param>
    /// <param name="options">The rest.</param>
    /// <returns>Output [L][Hq][Dv] and log-sum-exps [L][Hq].</returns>
    public static (double[][][] Output, double[][] LogSumExp) Attend(
        double[][][] query, double[][][] keys, double[][][] values, int valueSize, ReferenceOptions options)
    {
        int queries = query.Length;
        var output = new double[queries][][];
        var logSumExp = new double[queries][];
        for (int row = 0; row < queries; row++)
        {
            int heads = query[row].Length;
            output[row] = new double[heads][];
            logSumExp[row] = new double[heads];
            (int position, List<VisibleKey> visible) = Visible(row, queries, keys.Length, options);
            for (int head = 0; head < heads; head++)
                (output[row][head], logSumExp[row][head]) = AttendRow(query[row][head], keys, values, valueSize, head, heads, position, visible, options);
        }

        return (output, logSumExp);
    }

    /// <summary>The position of a query, and the keys that it sees.</summary>
    private static (int Position, List<VisibleKey> Keys) Visible(int row, int queries, int length, ReferenceOptions options)
    {
        int computed = length - queries;
        ulong ancestors = options.TreeAncestors.Length > 0 ? options.TreeAncestors[row] : 0;
        int position = computed + (ancestors == 0 ? row : BitOperations.PopCount(ancestors) - 1);
        List<VisibleKey> visible = [];
        for (int key = 0; key < length; key++)
        {
            int keyPosition = key;
            bool isSeen = !options.Causal || key <= position;
            if (ancestors != 0 && key >= computed)
            {
                // A token stands as deep as it has ancestors among the row's own.
                int token = key - computed;
                isSeen = (ancestors & (1UL << token)) != 0;
                keyPosition = computed + BitOperations.PopCount(ancestors & ((1UL << token) - 1));
            }

            if (options.Window is int window && Math.Abs(position - keyPosition) >= window)
                isSeen = false;
            if (isSeen)
                visible.Add(new VisibleKey(key, keyPosition));
        }

        return (position, visible);
    }

    private static (double[] Output, double LogSumExp) AttendRow(
        double[] query, double[][][] keys, double[][][] values, int valueSize, int head, int heads, int position, List<VisibleKey> visible, ReferenceOptions options)
    {
        double[] output = new double[valueSize];
        if (visible.Count == 0)
            return (output, double.NegativeInfinity);

        double[] scores = new double[visible.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            double[] key = OfHead(keys[visible[i].Index], head, heads);
            double score = 0;
            for (int d = 0; d < query.Length; d++)
                score += query[d] * key[d];
            score *= options.Scale;
            if (options.SoftCap is { } cap)
                score = cap * Math.Tanh(score / cap);
            if (options.AlibiSlopes.Length > 0)
                score -= options.AlibiSlopes[head] * (double)Math.Abs(position - visible[i].Position);
            scores[i] = score;
        }

        double sink = options.Sinks.Length > 0 ? options.Sinks[head] : double.NegativeInfinity;
        double maximum = Math.Max(scores.Max(), sink);
        double sum = scores.Sum(score => Math.Exp(score - maximum)) + Math.Exp(sink - maximum);
        for (int i = 0; i < scores.Length; i++)
        {
            double[] value = OfHead(values[visible[i].Index], head, heads);
            double weight = Math.Exp(scores[i] - maximum) / sum;
            for (int d = 0; d < output.Length; d++)
                output[d] += weight * value[d];
        }

        return (output, maximum + Math.Log(sum));
    }

    private static double[] OfHead(double[][] keyValueHeads, int head, int heads) => keyValueHeads[head / (heads / keyValueHeads.Length)];

    private readonly record struct VisibleKey(int Index, int Position);
}
