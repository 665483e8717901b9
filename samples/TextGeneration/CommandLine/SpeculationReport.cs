using TextGeneration.Generation;
using TextGeneration.Speculation;

namespace TextGeneration.CommandLine;

/// <summary>How well tokens were guessed ahead.</summary>
internal sealed record SpeculationReport
{
    /// <summary>The most tokens of a continuation.</summary>
    public required int DraftTokens { get; init; }

    /// <summary>The most continuations for one step of a request.</summary>
    public required int Branches { get; init; }

    public required int LongestNgram { get; init; }

    public required int ShortestNgram { get; init; }

    /// <summary>The number of draft tokens that were computed.</summary>
    public required int DraftedTokens { get; init; }

    /// <summary>The number of generated tokens that a draft had guessed.</summary>
    public required int AcceptedTokens { get; init; }

    /// <summary>Generated tokens by request and step: 1 without speculation.</summary>
    public required double TokensPerStep { get; init; }

    public static SpeculationReport Of(SpeculationOptions options, TextGenerator generator, int generatedTokens) => new()
    {
        DraftTokens = options.DraftTokens,
        Branches = options.Branches,
        LongestNgram = options.LongestNgram,
        ShortestNgram = options.ShortestNgram,
        DraftedTokens = generator.DraftedTokens,
        AcceptedTokens = generator.AcceptedTokens,
        TokensPerStep = (double)generatedTokens / Math.Max(generator.Steps.Requests, 1),
    };
}
