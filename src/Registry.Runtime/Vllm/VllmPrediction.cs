using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>The backend that vLLM would use for a request, and why it and no other.</summary>
public sealed record VllmPrediction
{
    /// <summary>What was asked for.</summary>
    public required AttentionRequest Request { get; init; }

    /// <summary>The backend that vLLM would use.</summary>
    public required VllmBackend Backend { get; init; }

    /// <summary>The verdict on each candidate in vLLM's order; of a named backend on it alone, as vLLM looks at no other.</summary>
    public required ImmutableArray<VllmVerdict> Candidates { get; init; }

    /// <summary>The cache layout that vLLM then switches to, or null where the backend requires none.</summary>
    public VllmCacheLayout? RequiredCacheLayout { get; init; }

    /// <summary>The line that vLLM logs.</summary>
    public required string Log { get; init; }

    /// <summary>The warning that vLLM logs where a page size that the user gave alone rules out better backends, else null.</summary>
    public string? Warning { get; init; }

    /// <summary>
    /// What vLLM's constructor of the backend then refuses, so that the model does not start, though its selector does not ask
    /// about it; empty: nothing.
    /// </summary>
    public ImmutableArray<string> ConstructorRefusals { get; init; } = [];

    /// <summary>What is asked and, in vLLM, taken and then not applied by the backend, in one phase or in both.</summary>
    public AttentionFeatures SilentlyIgnored { get; init; }
}
