namespace TextGeneration.Configuration;

/// <summary>The rotary position embedding as config.json states it, be it in <c>rope_scaling</c> or in <c>rope_parameters</c>.</summary>
internal sealed record RotaryConfiguration
{
    public required RotaryScaling Scaling { get; init; }

    /// <summary>The base of the frequencies (<c>rope_theta</c>).</summary>
    public required double Base { get; init; }

    /// <summary>How many times longer the context has become; 1 for <see cref="RotaryScaling.Default"/>.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>The context length before stretching, in tokens: <see cref="RotaryScaling.Llama3"/> and <see cref="RotaryScaling.Yarn"/>.</summary>
    public int OriginalMaximumPositions { get; init; }

    /// <summary><see cref="RotaryScaling.Llama3"/>: wavelengths longer than the original context over this are interpolated fully.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary><see cref="RotaryScaling.Llama3"/>: wavelengths shorter than the original context over this are kept.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary><see cref="RotaryScaling.Yarn"/>: dimensions that turn more often than this over the original context are kept.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary><see cref="RotaryScaling.Yarn"/>: dimensions that turn less often than this over the original context are interpolated fully.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary><see cref="RotaryScaling.Yarn"/>: the factor on cosine and sine, when stated; else it follows from <see cref="Factor"/>.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary><see cref="RotaryScaling.Yarn"/>: DeepSeek's weight of the temperature, used only together with <see cref="ScaleMultiplierAllDimensions"/> (<c>mscale</c>).</summary>
    public double? ScaleMultiplier { get; init; }

    /// <summary><see cref="RotaryScaling.Yarn"/>: the weight divided out again (<c>mscale_all_dim</c>).</summary>
    public double? ScaleMultiplierAllDimensions { get; init; }

    /// <summary><see cref="RotaryScaling.Yarn"/>: whether the ends of the ramp are rounded outward to whole dimensions.</summary>
    public bool Truncate { get; init; } = true;
}
