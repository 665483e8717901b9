using TextGeneration.Configuration;

namespace TextGeneration.Tests.Configuration;

/// <summary>
/// The expected numbers come from the papers' formulas, written here in their own form (wavelengths, bases, ratios)
/// and in double, not from the code under test.
/// </summary>
public class RotaryFrequenciesTests
{
    [Fact]
    public void Default_is_RoFormer()
    {
        (float[] frequencies, float scaling) = Compute(8, new() { Scaling = RotaryScaling.Default, Base = 10_000 });
        Assert.Equal([1f, 0.1f, 0.01f, 0.001f], frequencies);
        Assert.Equal(1f, scaling);
    }

    [Fact]
    public void Linear_divides_positions()
    {
        (float[] frequencies, float scaling) = Compute(8, new() { Scaling = RotaryScaling.Linear, Base = 10_000, Factor = 4 });
        Assert.Equal([0.25f, 0.025f, 0.0025f, 0.00025f], frequencies);
        Assert.Equal(1f, scaling);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1024)]
    public void Dynamic_keeps_the_frequencies_within_the_trained_length(int sequenceLength)
    {
        (float[] frequencies, _) = Compute(8, new() { Scaling = RotaryScaling.Dynamic, Base = 10_000, Factor = 2 }, sequenceLength);
        Assert.Equal([1f, 0.1f, 0.01f, 0.001f], frequencies);
    }

    [Fact]
    public void Dynamic_stretches_the_slowest_pair_by_the_ratio_of_lengths()
    {
        // Factor 2 at twice the trained length: a stretch of 2 x 2 - 1 = 3, all of it at the last pair, none at the first.
        (float[] frequencies, float scaling) = Compute(8, new() { Scaling = RotaryScaling.Dynamic, Base = 10_000, Factor = 2 }, 2048);
        Assert.Equal(1f, frequencies[0]);
        AssertClose(0.001 / 3, frequencies[3]);
        AssertClose(0.1 / Math.Pow(3, 1.0 / 3), frequencies[1]);
        Assert.Equal(1f, scaling);
    }

    [Fact]
    public void Llama3_keeps_short_wavelengths_divides_long_ones_and_ramps_between()
    {
        // Llama 3.1's released numbers.
        const double Low = 1, High = 4, Factor = 8, Original = 8192;
        (float[] frequencies, float scaling) = Compute(128, new()
        {
            Scaling = RotaryScaling.Llama3, Base = 500_000, Factor = Factor, LowFrequencyFactor = Low, HighFrequencyFactor = High, OriginalMaximumPositions = (int)Original,
        });

        int kept = 0, ramped = 0, divided = 0;
        for (int pair = 0; pair < 64; pair++)
        {
            double wavelength = 2 * Math.PI * Math.Pow(500_000, pair / 64.0);
            double expected;
            if (wavelength < Original / High)
            {
                expected = 2 * Math.PI / wavelength;
                kept++;
            }
            else if (wavelength > Original / Low)
            {
                expected = 2 * Math.PI / (wavelength * Factor);
                divided++;
            }
            else
            {
                double smooth = ((Original / wavelength) - Low) / (High - Low);
                expected = ((1 - smooth) * (2 * Math.PI / wavelength) / Factor) + (smooth * (2 * Math.PI / wavelength));
                ramped++;
            }

            AssertClose(expected, frequencies[pair]);
        }

        Assert.Equal((29, 6, 29), (kept, ramped, divided));
        Assert.Equal(1f, scaling);
    }

    [Fact]
    public void Yarn_blends_by_turns_over_the_original_context()
    {
        // Qwen2.5's published settings: factor 4 over 32768, base 1e6, D 128. Pair d turns r(d) = L / wavelength times;
        // r = 32 lies between pairs 23 and 24, r = 1 between 39 and 40, so that the ramp runs from 23 to 40.
        const double Base = 1e6, Original = 32768, Factor = 4;
        double Turns(int pair) => Original / (2 * Math.PI * Math.Pow(Base, pair / 64.0));
        Assert.True(Turns(23) > 32 && Turns(24) < 32 && Turns(39) > 1 && Turns(40) < 1);

        (float[] frequencies, float scaling) = Compute(128, new() { Scaling = RotaryScaling.Yarn, Base = Base, Factor = Factor, OriginalMaximumPositions = (int)Original });
        for (int pair = 0; pair < 64; pair++)
        {
            double original = 1 / Math.Pow(Base, pair / 64.0);
            double gamma = pair <= 23 ? 1 : pair >= 40 ? 0 : (40 - pair) / 17.0;
            AssertClose(((1 - gamma) * original / Factor) + (gamma * original), frequencies[pair]);
        }

        AssertClose(1.1386294361119891, scaling);
    }

    [Fact]
    public void Yarn_without_truncation_ramps_between_fractional_pairs()
    {
        const double Base = 150_000, Original = 4096, Factor = 32;
        (float[] frequencies, _) = Compute(64, new() { Scaling = RotaryScaling.Yarn, Base = Base, Factor = Factor, OriginalMaximumPositions = (int)Original, Truncate = false });

        // In a logarithmic scale of turns the ramp is straight from 32 turns to 1.
        for (int pair = 0; pair < 32; pair++)
        {
            double original = 1 / Math.Pow(Base, pair / 32.0);
            double turns = Original * original / (2 * Math.PI);
            double gamma = Math.Clamp(Math.Log(turns) / Math.Log(32), 0, 1);
            AssertClose(((1 - gamma) * original / Factor) + (gamma * original), frequencies[pair]);
        }
    }

    [Theory]
    [InlineData(null, null, null, 40.0, 1.3688879454113936)]
    [InlineData(1.0, null, null, 40.0, 1.0)]
    [InlineData(null, 1.0, 1.0, 40.0, 1.0)]
    [InlineData(null, 0.707, 1.0, 40.0, 0.92104235531633991)]
    [InlineData(null, 0.707, null, 40.0, 1.3688879454113936)]
    [InlineData(null, null, null, 1.0, 1.0)]
    public void Yarn_scales_attention(double? stated, double? multiplier, double? allDimensions, double factor, double expected)
    {
        (_, float scaling) = Compute(64, new()
        {
            Scaling = RotaryScaling.Yarn, Base = 10_000, Factor = factor, OriginalMaximumPositions = 4096,
            AttentionFactor = stated, ScaleMultiplier = multiplier, ScaleMultiplierAllDimensions = allDimensions,
        });
        AssertClose(expected, scaling);
    }

    [Fact]
    public void Yarn_survives_a_ramp_of_no_width()
    {
        (float[] frequencies, _) = Compute(2, new() { Scaling = RotaryScaling.Yarn, Base = 10_000, Factor = 4, OriginalMaximumPositions = 2 });
        Assert.All(frequencies, frequency => Assert.True(float.IsFinite(frequency) && frequency is > 0 and <= 1));
    }

    private static void AssertClose(double expected, float actual) => Assert.InRange(actual, expected * (1 - 2e-7), expected * (1 + 2e-7));

    private static (float[] InverseFrequencies, float AttentionScaling) Compute(int headSize, RotaryConfiguration rotary, int sequenceLength = 0) =>
        RotaryFrequencies.Compute(
            new ModelConfiguration
            {
                Architecture = ModelArchitecture.LlamaForCausalLM,
                HiddenSize = headSize,
                IntermediateSize = 1,
                Layers = 1,
                QueryHeads = 1,
                KeyValueHeads = 1,
                HeadSize = headSize,
                RmsNormEpsilon = 1e-6,
                VocabularySize = 1,
                MaximumPositions = 1024,
                TieWordEmbeddings = false,
                QueryKeyValueBias = false,
                AttentionOutputBias = false,
                FeedForwardBias = false,
                QueryKeyNorm = false,
                SlidingWindows = [null],
                Rotary = rotary,
            },
            sequenceLength);
}
