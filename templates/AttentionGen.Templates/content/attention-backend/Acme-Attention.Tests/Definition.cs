namespace Acme.Attention.Tests;

/// <summary>Attention as it is defined, in float64: softmax(q K / sqrt(D)) V over the keys up to the query's position.</summary>
internal static class Definition
{
    public static double[] Attend(Request request, int position, int head, int queryHeads, int keyValueHeads)
    {
        float[] query = request.Query[(position * queryHeads) + head];
        int keyHead = head / (queryHeads / keyValueHeads);
        double[] weights = new double[position + 1];
        for (int key = 0; key <= position; key++)
        {
            float[] other = request.Keys[(key * keyValueHeads) + keyHead];
            for (int d = 0; d < query.Length; d++)
                weights[key] += (double)query[d] * other[d] / Math.Sqrt(query.Length);
        }

        double maximum = weights.Max();
        double sum = weights.Sum(weight => Math.Exp(weight - maximum));
        double[] output = new double[query.Length];
        for (int key = 0; key <= position; key++)
        {
            float[] value = request.Values[(key * keyValueHeads) + keyHead];
            for (int d = 0; d < output.Length; d++)
                output[d] += Math.Exp(weights[key] - maximum) / sum * value[d];
        }

        return output;
    }
}
