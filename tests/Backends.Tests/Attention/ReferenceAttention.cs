namespace AttentionGen.Tests.Attention;

/// <summary>Attention of one request in float64, written to be read: the definition, row by row.</summary>
internal static class ReferenceAttention
{
    /// <summary>
    /// Attends the last positions of a request to its keys.
    /// </summary>
    /// <param name="query">[L][Hq][D].</param>
    /// <param name="keys">[S][Hkv][D].</param>
    /// <param name="values">[S][Hkv][D].</param>
    /// <returns>Output [L][Hq][D] and log-sum-exps [L][Hq].</returns>
    public static (double[][][] Output, double[][] LogSumExp) Attend(
        double[][][] query, double[][][] keys, double[][][] values, double scale, bool causal, int? window)
    {
        int queries = query.Length, length = keys.Length;
        var output = new double[queries][][];
        var logSumExp = new double[queries][];
        for (int row = 0; row < queries; row++)
        {
            int heads = query[row].Length;
            output[row] = new double[heads][];
            logSumExp[row] = new double[heads];
            int position = length - queries + row;
            int last = causal ? position : length - 1;
            int first = causal && window is int w ? Math.Max(0, position - w + 1) : 0;
            for (int head = 0; head < heads; head++)
                (output[row][head], logSumExp[row][head]) = AttendRow(query[row][head], keys, values, head, heads, first, last, scale);
        }

        return (output, logSumExp);
    }

    private static (double[] Output, double LogSumExp) AttendRow(
        double[] query, double[][][] keys, double[][][] values, int head, int heads, int first, int last, double scale)
    {
        double[] output = new double[query.Length];
        if (last < first)
            return (output, double.NegativeInfinity);

        double[] scores = new double[last - first + 1];
        for (int key = first; key <= last; key++)
        {
            int kvHead = head / (heads / keys[key].Length);
            double dot = 0;
            for (int d = 0; d < query.Length; d++)
                dot += query[d] * keys[key][kvHead][d];
            scores[key - first] = dot * scale;
        }

        double maximum = scores.Max();
        double sum = scores.Sum(score => Math.Exp(score - maximum));
        for (int key = first; key <= last; key++)
        {
            int kvHead = head / (heads / keys[key].Length);
            double weight = Math.Exp(scores[key - first] - maximum) / sum;
            for (int d = 0; d < output.Length; d++)
                output[d] += weight * values[key][kvHead][d];
        }

        return (output, maximum + Math.Log(sum));
    }
}
