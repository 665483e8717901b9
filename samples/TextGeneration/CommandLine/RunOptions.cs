using AttentionGen;
using TextGeneration.Generation;
using TextGeneration.Graphs;
using TextGeneration.Speculation;

namespace TextGeneration.CommandLine;

/// <summary>What the command line asks for.</summary>
internal sealed record RunOptions
{
    /// <summary>The prompts. A command line may give none; the program then reads them from standard input.</summary>
    public required string[] Prompts { get; init; }

    /// <summary>The model folder.</summary>
    public required string Model { get; init; }

    /// <summary>The backend's name, or null for the environment's or the best.</summary>
    public string? Backend { get; init; }

    public required AttentionDevice Device { get; init; }

    /// <summary>The element type to compute in; null: float32 on a CPU, the weights' own on a GPU.</summary>
    public ElementType? ElementType { get; init; }

    public required GenerationOptions Generation { get; init; }

    /// <summary>How to guess tokens ahead; null: not at all.</summary>
    public SpeculationOptions? Speculation { get; init; }

    /// <summary>Whether steps that only decode are replayed from CUDA graphs.</summary>
    public CudaGraphMode CudaGraph { get; init; }

    /// <summary>The number of tokens of a page of the KV cache.</summary>
    public int PageSize { get; init; } = 16;

    /// <summary>The number of CPU threads that libtorch computes with; null: one for a small model, else libtorch's choice.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether to print one JSON document instead of text.</summary>
    public bool Json { get; init; }
}
