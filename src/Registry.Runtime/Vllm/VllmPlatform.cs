using System.Collections.Immutable;

namespace AttentionGen;

/// <summary>
/// What vLLM's choice depends on beside the request: how vLLM was built and what is installed and switched on where it runs.
/// </summary>
public sealed record VllmPlatform
{
    /// <summary>A complete build of vLLM with nothing switched on that is off by default.</summary>
    public static VllmPlatform Default { get; } = new();

    /// <summary>ROCm: whether AMD's AITER library is installed and the GPU is one that it supports. Default: no.</summary>
    public bool AiterFound { get; init; }

    /// <summary>ROCm: whether AITER's multi-head attention is switched on (<c>VLLM_ROCM_USE_AITER</c> and <c>..._MHA</c>). Default: no.</summary>
    public bool AiterMultiHeadEnabled { get; init; }

    /// <summary>ROCm: whether AITER's latent attention is switched on (<c>VLLM_ROCM_USE_AITER</c> and <c>..._MLA</c>). Default: no.</summary>
    public bool AiterLatentEnabled { get; init; }

    /// <summary>CUDA: whether vLLM was compiled with FlashMLA. Default: yes.</summary>
    public bool FlashMlaCompiled { get; init; } = true;

    /// <summary>Names of backends whose module cannot be imported, for example because a package is missing. Default: none.</summary>
    public ImmutableArray<string> NotImportable { get; init; } = [];

    /// <summary>Whether two platforms are alike.</summary>
    /// <param name="other">The other platform.</param>
    public bool Equals(VllmPlatform? other) =>
        ReferenceEquals(this, other)
        || (other is not null && AiterFound == other.AiterFound && AiterMultiHeadEnabled == other.AiterMultiHeadEnabled
            && AiterLatentEnabled == other.AiterLatentEnabled && FlashMlaCompiled == other.FlashMlaCompiled
            && NotImportable.AsSpan().SequenceEqual(other.NotImportable.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(AiterFound, AiterMultiHeadEnabled, AiterLatentEnabled, FlashMlaCompiled, NotImportable.Length);

    internal bool CanImport(string name)
    {
        foreach (string other in NotImportable)
        {
            if (name.Equals(other, StringComparison.OrdinalIgnoreCase))
                return false;
        }

        return true;
    }
}
