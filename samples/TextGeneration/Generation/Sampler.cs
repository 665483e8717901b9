using static TorchSharp.torch;

namespace TextGeneration.Generation;

/// <summary>Chooses tokens by logits.</summary>
internal static class Sampler
{
    /// <summary>The likeliest token of each row of logits [R, vocabulary].</summary>
    public static long[] Greedy(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return logits.argmax(-1).cpu().data<long>().ToArray();
    }

    /// <summary>Draws a token for one row of logits, by inverting the cumulative softmax.</summary>
    public static int Draw(ReadOnlySpan<float> logits, double temperature, Random random)
    {
        double maximum = double.NegativeInfinity;
        foreach (float logit in logits)
            maximum = Math.Max(maximum, logit);

        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp((logit - maximum) / temperature);

        double left = random.NextDouble() * sum;
        int last = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            double weight = Math.Exp((logits[token] - maximum) / temperature);
            if (weight == 0)
                continue;

            last = token;
            left -= weight;
            if (left < 0)
                break;
        }

        return last;
    }
}
