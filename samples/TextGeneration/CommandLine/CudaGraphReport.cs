using System.Globalization;
using System.Text.Json.Serialization;
using TextGeneration.Generation;
using TextGeneration.Graphs;

namespace TextGeneration.CommandLine;

/// <summary>Which steps were replayed from CUDA graphs, and why others were not.</summary>
internal sealed record CudaGraphReport
{
    /// <summary>What <c>--cuda-graph</c> was: auto, on or off.</summary>
    public required string Mode { get; init; }

    /// <summary>Why decodes were not captured; null where they were.</summary>
    public required string? Reason { get; init; }

    /// <summary>The numbers of requests that graphs were captured for, from the smallest.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>How long the captures took, with the passes before them and the first replays.</summary>
    public required double CaptureSeconds { get; init; }

    /// <summary>Steps of one new token a request that were replayed, those for which a graph was captured among them.</summary>
    public required int ReplayedDecodeSteps { get; init; }

    /// <summary>Such steps that were not.</summary>
    public required int EagerDecodeSteps { get; init; }

    /// <summary>Steps with a prompt, which are never captured.</summary>
    public required int EagerPromptSteps { get; init; }

    /// <summary>Steps with draft tokens, whose number differs from request to request, and which are never captured.</summary>
    public required int EagerDraftSteps { get; init; }

    /// <summary>Whether it is worth a line: not for a device without graphs that nobody asked for.</summary>
    [JsonIgnore]
    public bool IsNotable { get; init; }

    public static CudaGraphReport Of(CudaGraphMode mode, bool isCudaDevice, GraphChoice choice, DecodeGraphs? graphs, StepLog steps) => new()
    {
        Mode = mode.ToString().ToLowerInvariant(),
        Reason = choice.Reason,
        Sizes = [.. graphs?.Sizes ?? []],
        CaptureSeconds = graphs?.CaptureTime.TotalSeconds ?? 0,
        ReplayedDecodeSteps = steps.CountOf(StepKind.Decode, StepPath.Captured) + steps.CountOf(StepKind.Decode, StepPath.Replayed),
        EagerDecodeSteps = steps.CountOf(StepKind.Decode, StepPath.Eager),
        EagerPromptSteps = steps.CountOf(StepKind.Prompt, StepPath.Eager),
        EagerDraftSteps = steps.CountOf(StepKind.Draft, StepPath.Eager),
        IsNotable = isCudaDevice,
    };

    /// <summary>The report in one line; null where it is not worth one.</summary>
    public string? Describe()
    {
        if (!IsNotable)
            return null;

        string others = $"{EagerPromptSteps} steps with prompts" + (EagerDraftSteps > 0 ? $", {EagerDraftSteps} with guesses" : "");
        if (Reason is not null)
            return $"none ({Reason}); eager: {EagerDecodeSteps} decode steps, {others}";

        return Sizes.Count == 0
            ? $"none needed, as no step only decoded; eager: {others}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Sizes.Count} captured in {CaptureSeconds:F2} s, for {string.Join(", ", Sizes)} prompts; {ReplayedDecodeSteps} of {ReplayedDecodeSteps + EagerDecodeSteps} decode steps replayed; eager: {others}");
    }
}
