namespace AttentionGen.Tests.Libtorch;

/// <summary>Attention as its definition reads, in double precision. Tensors are flat, [B, H, S, D] in row-major order.</summary>
internal static class AttentionReference
{
    public static (double[] Output, double[] LogSumExp) Compute(
        float[] query, float[] key, float[] value,
        int batch, int queryHeads, int keyHeads, int queryLength, int keyLength, int headSize,
        double scale, bool causal, Func<int, int, int, int, double>? bias = null)
    {
        var output = new double[batch * queryHeads * queryLength * headSize];
        var logSumExp = new double[batch * queryHeads * queryLength];
        int group = queryHeads / keyHeads;
        for (int b = 0; b < batch; b++)
        for (int h = 0; h < queryHeads; h++)
        for (int i = 0; i < queryLength; i++)
        {
            var scores = new double[keyLength];
            double maximum = double.NegativeInfinity;
            int keyRows = (b * keyHeads + h / group) * keyLength, queryRow = (b * queryHeads + h) * queryLength + i;
            for (int j = 0; j < keyLength; j++)
            {
                double score = 0;
                for (int d = 0; d < headSize; d++)
                    score += (double)query[queryRow * headSize + d] * key[(keyRows + j) * headSize + d];
                score = score * scale + (bias?.Invoke(b, h, i, j) ?? 0);
                scores[j] = causal && j > i ? double.NegativeInfinity : score;
                maximum = Math.Max(maximum, scores[j]);
            }

            double sum = scores.Sum(score => Math.Exp(score - maximum));
            logSumExp[queryRow] = maximum + Math.Log(sum);
            for (int j = 0; j < keyLength; j++)
            {
                double weight = Math.Exp(scores[j] - maximum) / sum;
                for (int d = 0; d < headSize; d++)
                    output[queryRow * headSize + d] += weight * value[(keyRows + j) * headSize + d];
            }
        }

        return (output, logSumExp);
    }

    public static float[] Random(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 4 - 2))];
    }
}
