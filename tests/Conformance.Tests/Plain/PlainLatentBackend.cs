namespace AttentionGen.Tests.Plain;

/// <summary>The plain backend over latent rows, whose first elements are the values.</summary>
[AttentionBackend("PLAIN_MLA")]
[AttentionSupport(
    DeviceKind.Cpu, ElementTypes = Types, HeadSizes = [576], PageSizes = [64], Form = AttentionForm.MultiHeadLatent,
    Features = AttentionFeatures.LogSumExp | AttentionFeatures.ValueHeadSize)]
internal sealed class PlainLatentBackend : PlainAttentionBackend
{
    public override KeyValueCacheLayout CacheLayout => KeyValueCacheLayout.Latent;
}
