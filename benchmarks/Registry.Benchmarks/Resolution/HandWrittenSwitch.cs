namespace AttentionGen.Benchmarks;

/// <summary>What one would write without a registry: the bar for the generated one.</summary>
internal static class HandWrittenSwitch
{
    public static IAttentionBackend Create(Backend backend) => backend switch
    {
        Backend.FlashAttn => new FlashAttnBackend(),
        Backend.TritonAttn => new TritonAttnBackend(),
        Backend.XFormers => new XFormersBackend(),
        Backend.RocmAttn => new RocmAttnBackend(),
        Backend.RocmAiterMla => new RocmAiterMlaBackend(),
        Backend.RocmAiterFa => new RocmAiterFaBackend(),
        Backend.TorchSdpa => new TorchSdpaBackend(),
        Backend.FlashInfer => new FlashInferBackend(),
        Backend.FlashInferMla => new FlashInferMlaBackend(),
        Backend.TritonMla => new TritonMlaBackend(),
        Backend.CutlassMla => new CutlassMlaBackend(),
        Backend.FlashMla => new FlashMlaBackend(),
        Backend.FlashMlaSparse => new FlashMlaSparseBackend(),
        Backend.FlashAttnMla => new FlashAttnMlaBackend(),
        Backend.Pallas => new PallasBackend(),
        Backend.FlexAttention => new FlexAttentionBackend(),
        Backend.TreeAttn => new TreeAttnBackend(),
        Backend.RocmAiterUnifiedAttn => new RocmAiterUnifiedAttnBackend(),
        _ => throw new ArgumentOutOfRangeException(nameof(backend), backend, "Not a member of the enum."),
    };
}
