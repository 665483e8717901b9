using System.Numerics;
using AttentionGen.Conformance.Cases;
using AttentionGen.Conformance.Inputs;

namespace AttentionGen.Conformance.Reference;

/// <summary>
/// Attention in float64, row by row as it is defined: scores, soft cap, bias, mask, softmax with the sink in its sum, and
/// the mean of the values by it.
/// </summary>
internal static class ReferenceAttention
{
    public static ReferenceResult Attend(CaseInputs inputs)
    {
        AttentionCase attentionCase = inputs.Case;
        int heads = attentionCase.QueryHeads, valueSize = attentionCase.OutputHeadSize;
        double[] output = new double[attentionCase.QueryCount * heads * valueSize];
        double[] logSumExp = new double[attentionCase.QueryCount * heads];
        float[] slopes = attentionCase.Alibi ? HeadConstants.AlibiSlopes(heads) : new float[heads];
        float[] sinks = attentionCase.Sinks == SinkKind.None ? [] : HeadConstants.Sinks(heads, attentionCase.Sinks);

        int firstRow = 0;
        for (int request = 0; request < attentionCase.Requests.Length; request++)
        {
            RequestShape shape = attentionCase.Requests[request];
            RequestVisibility visibility = new(attentionCase, shape);
            (int current, int start) = (request, firstRow);
            Parallel.For(0, shape.Queries * heads, index =>
            {
                (int query, int head) = Math.DivRem(index, heads);
                int row = ((start + query) * heads) + head;
                double sink = sinks.Length == 0 ? double.NegativeInfinity : sinks[head];
                logSumExp[row] = AttendRow(inputs, current, visibility, query, head, slopes[head], sink, output.AsSpan(row * valueSize, valueSize));
            });
            firstRow += shape.Queries;
        }

        return new ReferenceResult(output, logSumExp, LargestScore(inputs), LargestMagnitude(inputs.Values));
    }

    /// <returns>The log-sum-exp of the row, sink included.</returns>
    private static double AttendRow(
        CaseInputs inputs, int request, RequestVisibility visibility, int query, int head, double slope, double sink, Span<double> output)
    {
        AttentionCase attentionCase = inputs.Case;
        int keys = attentionCase.Requests[request].Keys, keyHeads = attentionCase.KeyValueHeads;
        int keyHead = head / (attentionCase.QueryHeads / keyHeads);
        ReadOnlySpan<float> q = Row(inputs.Queries[request], query, head, attentionCase.QueryHeads, attentionCase.HeadSize);

        double[] scores = new double[keys];
        double maximum = sink;
        bool seesAny = false;
        for (int key = 0; key < keys; key++)
        {
            scores[key] = double.NegativeInfinity;
            if (!visibility.Sees(query, key))
                continue;

            seesAny = true;
            double score = attentionCase.EffectiveScale * Dot(q, Row(inputs.Keys[request], key, keyHead, keyHeads, attentionCase.HeadSize));
            if (attentionCase.SoftCap is { } cap)
                score = cap * Math.Tanh(score / cap);
            if (slope != 0)
                score -= slope * Math.Abs(visibility.Distance(query, key));
            scores[key] = score;
            maximum = Math.Max(maximum, score);
        }

        if (!seesAny)
            return double.NegativeInfinity;

        double sum = Math.Exp(sink - maximum);
        for (int key = 0; key < keys; key++)
        {
            double weight = Math.Exp(scores[key] - maximum);
            if (weight == 0)
                continue;
            sum += weight;
            ReadOnlySpan<float> value = Row(inputs.Values[request], key, keyHead, keyHeads, attentionCase.OutputHeadSize);
            for (int i = 0; i < output.Length; i++)
                output[i] += weight * value[i];
        }

        for (int i = 0; i < output.Length; i++)
            output[i] /= sum;
        return maximum + Math.Log(sum);
    }

    private static ReadOnlySpan<float> Row(float[] rows, int token, int head, int heads, int size) =>
        rows.AsSpan(((token * heads) + head) * size, size);

    /// <summary>A scalar product in float64; in vectors, because it is most of the battery's time.</summary>
    private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Vector<double> sums = Vector<double>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(x[i..]), out Vector<double> lowX, out Vector<double> highX);
            Vector.Widen(new Vector<float>(y[i..]), out Vector<double> lowY, out Vector<double> highY);
            sums += (lowX * lowY) + (highX * highY);
        }

        double sum = Vector.Sum(sums);
        for (; i < x.Length; i++)
            sum += (double)x[i] * y[i];
        return sum;
    }

    private static double LargestScore(CaseInputs inputs) =>
        Math.Abs(inputs.Case.EffectiveScale) * LargestNorm(inputs.Queries, inputs.Case.HeadSize) * LargestNorm(inputs.Keys, inputs.Case.HeadSize);

    private static double LargestNorm(float[][] requests, int size)
    {
        double largest = 0;
        foreach (float[] rows in requests)
        {
            for (int row = 0; row < rows.Length; row += size)
            {
                ReadOnlySpan<float> vector = rows.AsSpan(row, size);
                double square = Dot(vector, vector);
                if (square > largest)
                    largest = square;
            }
        }

        return Math.Sqrt(largest);
    }

    private static double LargestMagnitude(float[][] requests)
    {
        float largest = 0;
        foreach (float[] values in requests)
        {
            foreach (float value in values)
            {
                if (Math.Abs(value) > largest)
                    largest = Math.Abs(value);
            }
        }

        return largest;
    }
}
