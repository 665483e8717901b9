namespace TextGeneration.Configuration;

/// <summary>
/// The angular frequencies of rotary position embeddings. Dimension pair i of a head, at position p, is rotated by
/// p x InverseFrequencies[i] radians; transformers' weights pair dimension i with i + D/2. Computed in double and
/// rounded once.
/// </summary>
internal static class RotaryFrequencies
{
    /// <summary>Computes the frequencies of a model.</summary>
    /// <param name="configuration">The model.</param>
    /// <param name="sequenceLength">
    /// The longest sequence in tokens that the frequencies are for. Only <see cref="RotaryScaling.Dynamic"/> depends on
    /// it, and only beyond <see cref="ModelConfiguration.MaximumPositions"/>: its base grows with the sequence, so one
    /// who goes there has to recompute. Every other scaling ignores it.
    /// </param>
    /// <returns>
    /// Radians a position, [D/2], and the number to multiply both cosine and sine with, 1 for all but YaRN.
    /// (On query and key alike it is the square of a temperature on the attention's logits.)
    /// </returns>
    public static (float[] InverseFrequencies, float AttentionScaling) Compute(ModelConfiguration configuration, int sequenceLength = 0)
    {
        RotaryConfiguration rotary = configuration.Rotary;
        int headSize = configuration.HeadSize;
        double[] frequencies = rotary.Scaling switch
        {
            RotaryScaling.Default => Unscaled(rotary.Base, headSize),
            RotaryScaling.Linear => Array.ConvertAll(Unscaled(rotary.Base, headSize), frequency => frequency / rotary.Factor),
            RotaryScaling.Dynamic => Unscaled(DynamicBase(rotary, headSize, configuration.MaximumPositions, sequenceLength), headSize),
            RotaryScaling.Llama3 => Array.ConvertAll(Unscaled(rotary.Base, headSize), frequency => Llama3(frequency, rotary)),
            RotaryScaling.Yarn => Yarn(rotary, headSize),
            _ => throw new ArgumentOutOfRangeException(nameof(configuration), rotary.Scaling, "Unknown rotary scaling."),
        };

        float attentionScaling = rotary.Scaling == RotaryScaling.Yarn ? (float)YarnAttentionScaling(rotary) : 1;
        return (Array.ConvertAll(frequencies, frequency => (float)frequency), attentionScaling);
    }

    // RoFormer, equation 15: base^(-2i/D).
    private static double[] Unscaled(double rotaryBase, int headSize)
    {
        double[] frequencies = new double[headSize / 2];
        for (int pair = 0; pair < frequencies.Length; pair++)
            frequencies[pair] = Math.Pow(rotaryBase, -2.0 * pair / headSize);

        return frequencies;
    }

    // The slowest pair ends up interpolated exactly, the fastest not at all; the stretch follows the sequence.
    private static double DynamicBase(RotaryConfiguration rotary, int headSize, int maximumPositions, int sequenceLength)
    {
        double length = Math.Max(sequenceLength, maximumPositions);
        double stretch = (rotary.Factor * length / maximumPositions) - (rotary.Factor - 1);
        return rotary.Base * Math.Pow(stretch, headSize / (headSize - 2.0));
    }

    private static double Llama3(double frequency, RotaryConfiguration rotary)
    {
        double turns = rotary.OriginalMaximumPositions * frequency / (2 * Math.PI);
        double kept = (turns - rotary.LowFrequencyFactor) / (rotary.HighFrequencyFactor - rotary.LowFrequencyFactor);
        return Blend(frequency, rotary.Factor, Math.Clamp(kept, 0, 1));
    }

    // YaRN, section 3.2: pairs by how often they turn over the original context.
    private static double[] Yarn(RotaryConfiguration rotary, int headSize)
    {
        double low = PairTurning(rotary.BetaFast, rotary, headSize);
        double high = PairTurning(rotary.BetaSlow, rotary, headSize);
        if (rotary.Truncate)
        {
            low = Math.Floor(low);
            high = Math.Ceiling(high);
        }

        low = Math.Max(low, 0);
        high = Math.Min(high, headSize - 1);

        // A ramp of no width would divide by zero; transformers widens it by this much.
        if (low == high)
            high += 0.001;

        double[] frequencies = Unscaled(rotary.Base, headSize);
        for (int pair = 0; pair < frequencies.Length; pair++)
            frequencies[pair] = Blend(frequencies[pair], rotary.Factor, 1 - Math.Clamp((pair - low) / (high - low), 0, 1));

        return frequencies;
    }

    /// <summary>The (fractional) pair that turns so many times over the original context.</summary>
    private static double PairTurning(double times, RotaryConfiguration rotary, int headSize) =>
        headSize * Math.Log(rotary.OriginalMaximumPositions / (times * 2 * Math.PI)) / (2 * Math.Log(rotary.Base));

    private static double Blend(double frequency, double factor, double kept) => (frequency * kept) + (frequency / factor * (1 - kept));

    private static double YarnAttentionScaling(RotaryConfiguration rotary)
    {
        if (rotary.AttentionFactor is { } stated)
            return stated;

        return rotary.ScaleMultiplier is { } multiplier and not 0 && rotary.ScaleMultiplierAllDimensions is { } allDimensions and not 0
            ? Temperature(rotary.Factor, multiplier) / Temperature(rotary.Factor, allDimensions)
            : Temperature(rotary.Factor, 1);
    }

    // YaRN, equation 22: sqrt(1/t) = 0.1 ln(s) + 1.
    private static double Temperature(double factor, double multiplier) => factor <= 1 ? 1 : (0.1 * multiplier * Math.Log(factor)) + 1;
}
