using Fix = AttentionGen.Tests.RegistryFixTest<AttentionGen.CodeFixes.AddOverrideCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class AddOverrideTests
{
    private const string Library =
        """
        [AttentionBackend("ACME_ATTN")]
        public sealed class AcmeAttention : IAttentionBackend;

        [AttentionBackend(Backend.TorchSdpa)]
        public sealed class AcmeSdpa : IAttentionBackend;

        [AttentionBackend(Backend.FlashAttn)]
        public sealed class AcmeFlash : IAttentionBackend;
        """;

    [Fact]
    public Task Fix_overrides_the_class_of_the_reference() =>
        Fix.RunApplicationAsync(
            """
            using AttentionGen;

            [{|ATTN0007:AttentionBackend("ACME_ATTN")|}]
            internal sealed class TunedAttention : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME_ATTN", Override = true)]
            internal sealed class TunedAttention : IAttentionBackend;
            """,
            ReferencedLibrary.Compile("Acme.Attention", Library));

    [Fact]
    public Task Fix_All_overrides_every_one() =>
        Fix.RunApplicationAsync(
            """
            using AttentionGen;

            /// <summary>Tuned.</summary>
            [{|ATTN0007:AttentionBackend(name: "acme_attn")|}]
            internal sealed class TunedAttention : IAttentionBackend;

            [{|ATTN0007:AttentionBackend(Backend.TorchSdpa, Override = false /* not yet */)|}]
            internal sealed class TunedSdpa : IAttentionBackend;

            [System.Serializable, {|ATTN0007:AttentionBackend(Backend.FlashAttn)|}]
            internal sealed class TunedFlash : IAttentionBackend;
            """,
            """
            using AttentionGen;

            /// <summary>Tuned.</summary>
            [AttentionBackend(name: "acme_attn", Override = true)]
            internal sealed class TunedAttention : IAttentionBackend;

            [AttentionBackend(Backend.TorchSdpa, Override = true /* not yet */)]
            internal sealed class TunedSdpa : IAttentionBackend;

            [System.Serializable, AttentionBackend(Backend.FlashAttn, Override = true)]
            internal sealed class TunedFlash : IAttentionBackend;
            """,
            ReferencedLibrary.Compile("Acme.Attention", Library));
}
