namespace AttentionGen.Benchmarks;

// One empty class for each in-tree name, and one with a name of its own: what is measured is how they are found and made.

[AttentionBackend(Backend.FlashAttn)]
internal sealed class FlashAttnBackend : IAttentionBackend;

[AttentionBackend(Backend.TritonAttn)]
internal sealed class TritonAttnBackend : IAttentionBackend;

[AttentionBackend(Backend.XFormers)]
internal sealed class XFormersBackend : IAttentionBackend;

[AttentionBackend(Backend.RocmAttn)]
internal sealed class RocmAttnBackend : IAttentionBackend;

[AttentionBackend(Backend.RocmAiterMla)]
internal sealed class RocmAiterMlaBackend : IAttentionBackend;

[AttentionBackend(Backend.RocmAiterFa)]
internal sealed class RocmAiterFaBackend : IAttentionBackend;

[AttentionBackend(Backend.TorchSdpa)]
internal sealed class TorchSdpaBackend : IAttentionBackend;

[AttentionBackend(Backend.FlashInfer)]
internal sealed class FlashInferBackend : IAttentionBackend;

[AttentionBackend(Backend.FlashInferMla)]
internal sealed class FlashInferMlaBackend : IAttentionBackend;

[AttentionBackend(Backend.TritonMla)]
internal sealed class TritonMlaBackend : IAttentionBackend;

[AttentionBackend(Backend.CutlassMla)]
internal sealed class CutlassMlaBackend : IAttentionBackend;

[AttentionBackend(Backend.FlashMla)]
internal sealed class FlashMlaBackend : IAttentionBackend;

[AttentionBackend(Backend.FlashMlaSparse)]
internal sealed class FlashMlaSparseBackend : IAttentionBackend;

[AttentionBackend(Backend.FlashAttnMla)]
internal sealed class FlashAttnMlaBackend : IAttentionBackend;

[AttentionBackend(Backend.Pallas)]
internal sealed class PallasBackend : IAttentionBackend;

[AttentionBackend(Backend.FlexAttention)]
internal sealed class FlexAttentionBackend : IAttentionBackend;

[AttentionBackend(Backend.TreeAttn)]
internal sealed class TreeAttnBackend : IAttentionBackend;

[AttentionBackend(Backend.RocmAiterUnifiedAttn)]
internal sealed class RocmAiterUnifiedAttnBackend : IAttentionBackend;

[AttentionBackend("ACME_ATTN")]
internal sealed class AcmeBackend : IAttentionBackend;
