namespace AttentionGen;

/// <summary>Causal attention in float64, as it is defined.</summary>
internal static class ProbeDefinition
{
    /// <summary>One row of one head: the mean of the values up to the query's position, weighted by the softmax of the scores.</summary>
    /// <param name="probeCase">The sizes.</param>
    /// <param name="operands">The operands.</param>
    /// <param name="request">The request.</param>
    /// <param name="position">The query's position.</param>
    /// <param name="head">The query head.</param>
    public static double[] Row(ProbeCase probeCase, ProbeOperands operands, int request, int position, int head)
    {
        int size = probeCase.HeadSize, keyHead = head / (probeCase.QueryHeads / probeCase.KeyValueHeads);
        double[] scores = new double[position + 1];
        for (int key = 0; key <= position; key++)
        {
            for (int i = 0; i < size; i++)
                scores[key] += (double)operands.Queries[request][QueryElement(i)] * operands.Keys[request][KeyElement(key, i)];
            scores[key] /= Math.Sqrt(size);
        }

        double maximum = scores.Max(), sum = 0;
        double[] output = new double[size];
        for (int key = 0; key <= position; key++)
        {
            double weight = Math.Exp(scores[key] - maximum);
            sum += weight;
            for (int i = 0; i < size; i++)
                output[i] += weight * operands.Values[request][KeyElement(key, i)];
        }

        for (int i = 0; i < size; i++)
            output[i] /= sum;
        return output;

        int QueryElement(int i) => (((position * probeCase.QueryHeads) + head) * size) + i;
        int KeyElement(int key, int i) => (((key * probeCase.KeyValueHeads) + keyHead) * size) + i;
    }
}
