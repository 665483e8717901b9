using Fix = AttentionGen.Tests.RegistryFixTest<AttentionGen.CodeFixes.RemoveRegistrationCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class RemoveRegistrationTests
{
    [Fact]
    public Task Fix_removes_the_attribute_and_its_support() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME_ATTN")]
            [AttentionSupport(DeviceKind.Cpu)]
            public sealed class AcmeAttention : IAttentionBackend;

            /// <summary>A second try.</summary>
            [{|ATTN0006:AttentionBackend("ACME_ATTN")|}]
            [AttentionSupport(DeviceKind.Cpu)]
            [AttentionSupport(DeviceKind.Cuda)]
            public sealed class FasterAcmeAttention : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME_ATTN")]
            [AttentionSupport(DeviceKind.Cpu)]
            public sealed class AcmeAttention : IAttentionBackend;

            /// <summary>A second try.</summary>
            public sealed class FasterAcmeAttention : IAttentionBackend;
            """);

    [Fact]
    public Task Fix_All_leaves_other_attributes_and_comments() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            namespace Acme
            {
                [AttentionBackend(Backend.TorchSdpa)]
                public sealed class A : IAttentionBackend;

                /// <summary>Serializable.</summary>
                [{|ATTN0006:AttentionBackend(Backend.TorchSdpa)|}, System.Serializable]
                public sealed class B : IAttentionBackend
                {
                    // Nested.
                    [System.Serializable]
                    [AttentionSupport(DeviceKind.Cpu), {|ATTN0006:AttentionBackend(Backend.TorchSdpa)|}]
                    public sealed class C : IAttentionBackend;
                }

                /// <summary>Obsolete.</summary>
                [{|ATTN0006:AttentionBackend(Backend.TorchSdpa)|}]
                // Because.
                [System.Obsolete]
                public sealed class D : IAttentionBackend;
            }
            """,
            """
            using AttentionGen;

            namespace Acme
            {
                [AttentionBackend(Backend.TorchSdpa)]
                public sealed class A : IAttentionBackend;

                /// <summary>Serializable.</summary>
                [System.Serializable]
                public sealed class B : IAttentionBackend
                {
                    // Nested.
                    [System.Serializable]
                    public sealed class C : IAttentionBackend;
                }

                /// <summary>Obsolete.</summary>
                // Because.
                [System.Obsolete]
                public sealed class D : IAttentionBackend;
            }
            """);

    [Fact]
    public Task Second_override_is_removed_with_its_class_from_the_registry() =>
        Fix.RunApplicationAsync(
            """
            using AttentionGen;

            [{|ATTN0015:AttentionBackend(Backend.FlashAttn, Override = true)|}]
            internal sealed class TunedFlashAttention : IAttentionBackend;

            [{|ATTN0015:AttentionBackend(Backend.TorchSdpa, Override = true)|}]
            internal sealed class TunedSdpa : IAttentionBackend;
            """,
            """
            using AttentionGen;

            internal sealed class TunedFlashAttention : IAttentionBackend;

            internal sealed class TunedSdpa : IAttentionBackend;
            """,
            ReferencedLibrary.Compile(
                "Acme.Attention",
                """
                [AttentionBackend(Backend.FlashAttn, Override = true)] public sealed class AcmeFlash : IAttentionBackend;
                [AttentionBackend(Backend.TorchSdpa, Override = true)] public sealed class AcmeSdpa : IAttentionBackend;
                """));
}
