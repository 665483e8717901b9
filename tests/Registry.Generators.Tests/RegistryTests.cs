using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests;

public sealed class RegistryTests
{
    [Fact]
    public void An_application_gets_a_registry_of_its_own_and_of_referenced_backends()
    {
        MetadataReference plugIn = Programs.Reference("Acme.Attention", """
            [AttentionGen.AttentionBackend("ACME_ATTN")]
            internal sealed class AcmeAttention : AttentionGen.IAttentionBackend;

            [AttentionGen.AttentionBackend(AttentionGen.Backend.TorchSdpa)]
            internal sealed class Sdpa : AttentionGen.IAttentionBackend;
            """);

        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", """
            [AttentionGen.AttentionBackend(AttentionGen.Backend.FlashAttn)]
            [AttentionGen.AttentionSupport(AttentionGen.DeviceKind.Cpu, ElementTypes = AttentionGen.ElementTypes.Float32)]
            internal sealed class FlashAttention : AttentionGen.IAttentionBackend;
            """, plugIn));

        Assert.Empty(run.Diagnostics);
        Snapshot.Verify(run, this);
    }
}
