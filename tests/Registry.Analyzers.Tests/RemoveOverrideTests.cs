using Fix = AttentionGen.Tests.RegistryFixTest<AttentionGen.CodeFixes.RemoveOverrideCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class RemoveOverrideTests
{
    [Fact]
    public Task Fix_removes_the_argument() =>
        Fix.RunApplicationAsync(
            """
            using AttentionGen;

            [{|ATTN0008:AttentionBackend("ACME_ATTN", Override = true)|}]
            internal sealed class TunedAttention : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME_ATTN")]
            internal sealed class TunedAttention : IAttentionBackend;
            """);

    [Fact]
    public Task Fix_All_removes_every_one() =>
        Fix.RunApplicationAsync(
            """
            using AttentionGen;

            [System.Serializable, {|ATTN0008:AttentionBackend(backend: Backend.TorchSdpa,
                Override = true)|}]
            internal sealed class TunedSdpa : IAttentionBackend
            {
                [{|ATTN0008:AttentionBackend("INNER", Override = true)|}]
                internal sealed class Inner : IAttentionBackend;
            }
            """,
            """
            using AttentionGen;

            [System.Serializable, AttentionBackend(backend: Backend.TorchSdpa)]
            internal sealed class TunedSdpa : IAttentionBackend
            {
                [AttentionBackend("INNER")]
                internal sealed class Inner : IAttentionBackend;
            }
            """);
}
