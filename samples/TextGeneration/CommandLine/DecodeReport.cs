using TextGeneration.Generation;

namespace TextGeneration.CommandLine;

/// <summary>The steps that gave one token to each request: no prompts, no drafts, and no capture of a CUDA graph.</summary>
internal sealed record DecodeReport
{
    public required int Steps { get; init; }

    /// <summary>The tokens that they gave.</summary>
    public required int Tokens { get; init; }

    /// <summary>The time of all of them.</summary>
    public required double Seconds { get; init; }

    /// <summary>The median of a step, which the first ones, while kernels are loaded, hardly move; 0 without a step.</summary>
    public required double MedianStepSeconds { get; init; }

    /// <summary>Tokens by <see cref="Seconds"/>; 0 without a step.</summary>
    public required double TokensPerSecond { get; init; }

    public static DecodeReport Of(StepLog steps)
    {
        (int tokens, double[] seconds) = steps.SteadyDecodes();
        double total = seconds.Sum();
        Array.Sort(seconds);
        return new DecodeReport
        {
            Steps = seconds.Length,
            Tokens = tokens,
            Seconds = total,
            MedianStepSeconds = seconds.Length == 0 ? 0 : (seconds[(seconds.Length - 1) / 2] + seconds[seconds.Length / 2]) / 2,
            TokensPerSecond = total == 0 ? 0 : tokens / total,
        };
    }
}
