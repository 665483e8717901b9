namespace AttentionGen.Tests;

public sealed class ManifestTests
{
    [Fact]
    public void A_library_gets_a_manifest_and_no_registry()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", """
            using AttentionGen;

            namespace Acme;

            [AttentionBackend(Backend.FlashAttn)]
            [AttentionSupport(DeviceKind.Cuda, MinComputeCapability = 80, ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16,
                HeadSizes = [64, 128], PageSizeMultipleOf = 16, Features = AttentionFeatures.SlidingWindow | AttentionFeatures.LogSumExp)]
            [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
            internal sealed class FlashAttention : IAttentionBackend;

            [AttentionBackend("ACME_ATTN")]
            [AttentionSupport(DeviceKind.Rocm, Architectures = ["gfx9", "gfx\"11"], Types = AttentionTypes.Decoder | AttentionTypes.CrossAttention, Form = AttentionForm.MultiHeadLatent)]
            internal sealed class AcmeAttention : IAttentionBackend;
            """));

        Assert.Empty(run.Diagnostics);
        Snapshot.Verify(run, this);
    }
}
