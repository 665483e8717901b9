namespace AttentionGen;

/// <summary>Why nothing that comes with AttentionGen serves some of the in-tree names.</summary>
public static class UnservedNames
{
    /// <summary>The reason in one sentence, or null where a package of AttentionGen serves the name.</summary>
    /// <param name="backend">The in-tree name.</param>
    /// <remarks>A class of one's own may serve it all the same; <see cref="AttentionBackendRegistry.Resolve(Backend)"/> says so.</remarks>
    public static string? ReasonFor(Backend backend) => backend switch
    {
        Backend.FlashInferMla or Backend.TritonMla or Backend.FlashMla or Backend.FlashAttnMla =>
            "It needs kernels for multi-head latent attention, which AttentionGen does not have yet.",
        Backend.CutlassMla => "It needs kernels for multi-head latent attention on compute capability 10, which AttentionGen does not have.",
        Backend.FlashMlaSparse => "It needs kernels for sparse latent attention, which AttentionGen does not have yet.",
        Backend.RocmAttn => "It needs an AMD GPU and kernels for it, which AttentionGen does not have.",
        Backend.RocmAiterMla or Backend.RocmAiterFa or Backend.RocmAiterUnifiedAttn =>
            "It needs an AMD GPU and AMD's AITER library, which AttentionGen does not call.",
        Backend.Pallas => "It needs a TPU and XLA, which AttentionGen does not call.",
        _ => null,
    };
}
