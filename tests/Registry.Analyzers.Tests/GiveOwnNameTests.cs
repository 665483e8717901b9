using Fix = AttentionGen.Tests.RegistryFixTest<AttentionGen.CodeFixes.GiveOwnNameCodeFixProvider>;

namespace AttentionGen.Tests;

public sealed class GiveOwnNameTests
{
    [Fact]
    public Task Duplicate_in_the_assembly_is_named_after_its_class() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ACME_ATTN")]
            public sealed class AcmeAttention : IAttentionBackend;

            [{|ATTN0006:AttentionBackend("acme_attn")|}]
            public sealed class FasterAcmeAttention : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME_ATTN")]
            public sealed class AcmeAttention : IAttentionBackend;

            [AttentionBackend("FASTER_ACME_ATTENTION")]
            public sealed class FasterAcmeAttention : IAttentionBackend;
            """);

    [Fact]
    public Task Fix_All_gives_every_duplicate_a_name_that_no_other_has() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend(Backend.FlashAttn)]
            public sealed class Acme : IAttentionBackend;

            [{|ATTN0006:AttentionBackend(backend: Backend.FlashAttn, Override = true)|}]
            public sealed class FlashAttn : IAttentionBackend;

            namespace One
            {
                [AttentionSupport(DeviceKind.Cpu), {|ATTN0006:AttentionBackend(Backend.FlashAttn)|}]
                public sealed class Attention : IAttentionBackend;
            }

            namespace Two
            {
                [{|ATTN0006:AttentionBackend(/* old */ Backend.FlashAttn /* name */)|}]
                public sealed class Attention : IAttentionBackend;
            }
            """,
            """
            using AttentionGen;

            [AttentionBackend(Backend.FlashAttn)]
            public sealed class Acme : IAttentionBackend;

            [AttentionBackend("FLASH_ATTN_BACKEND")]
            public sealed class FlashAttn : IAttentionBackend;

            namespace One
            {
                [AttentionSupport(DeviceKind.Cpu), AttentionBackend("ATTENTION")]
                public sealed class Attention : IAttentionBackend;
            }

            namespace Two
            {
                [AttentionBackend(/* old */ "ATTENTION_BACKEND" /* name */)]
                public sealed class Attention : IAttentionBackend;
            }
            """);

    [Fact]
    public Task Names_alike_are_made_to_differ_by_more() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            [{|ATTN0011:AttentionBackend("FLASHATTN")|}]
            public sealed class FlashAttention : IAttentionBackend;

            [AttentionBackend("ACMEATTN")]
            public sealed class First : IAttentionBackend;

            [{|ATTN0011:AttentionBackend("ACME_ATTN")|}]
            public sealed class AcmeAttn : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("FLASH_ATTENTION")]
            public sealed class FlashAttention : IAttentionBackend;

            [AttentionBackend("ACMEATTN")]
            public sealed class First : IAttentionBackend;

            [AttentionBackend("ACME_ATTN_BACKEND")]
            public sealed class AcmeAttn : IAttentionBackend;
            """);

    [Fact]
    public Task Name_of_a_reference_is_given_up() =>
        Fix.RunApplicationAsync(
            """
            using AttentionGen;

            [{|ATTN0007:AttentionBackend("ACME_ATTN")|}]
            internal sealed class AcmeAttention : IAttentionBackend;

            [{|ATTN0007:AttentionBackend(Backend.TorchSdpa)|}]
            internal sealed class TunedSdpa : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("ACME_ATTENTION")]
            internal sealed class AcmeAttention : IAttentionBackend;

            [AttentionBackend("TUNED_SDPA_BACKEND")]
            internal sealed class TunedSdpa : IAttentionBackend;
            """,
            ReferencedLibrary.Compile(
                "Acme.Attention",
                """
                [AttentionBackend("ACME_ATTN")] public sealed class AcmeAttention : IAttentionBackend;
                [AttentionBackend(Backend.TorchSdpa)] public sealed class Sdpa : IAttentionBackend;
                [AttentionBackend("TunedSdpa")] public sealed class Tuned : IAttentionBackend;
                """));

    [Fact]
    public Task Second_override_becomes_a_backend_beside_the_first() =>
        Fix.RunApplicationAsync(
            """
            using AttentionGen;

            [{|ATTN0015:AttentionBackend(Backend.FlashAttn, Override = true)|}]
            internal sealed class TunedFlashAttention : IAttentionBackend;

            [{|ATTN0015:AttentionBackend("ACME_ATTN", Override = true)|}]
            internal sealed class TunedAttention : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("TUNED_FLASH_ATTENTION")]
            internal sealed class TunedFlashAttention : IAttentionBackend;

            [AttentionBackend("TUNED_ATTENTION")]
            internal sealed class TunedAttention : IAttentionBackend;
            """,
            ReferencedLibrary.Compile(
                "Acme.Attention",
                """
                [AttentionBackend(Backend.FlashAttn, Override = true)] public sealed class AcmeFlash : IAttentionBackend;
                [AttentionBackend("ACME_ATTN", Override = true)] public sealed class AcmeAttention : IAttentionBackend;
                """));

    [Fact]
    public Task Name_is_numbered_where_the_class_and_its_suffix_are_taken_too() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("TUNED")]
            public sealed class A : IAttentionBackend;

            [AttentionBackend("TUNED_BACKEND")]
            public sealed class B : IAttentionBackend;

            [AttentionBackend("TUNED_BACKEND_2")]
            public sealed class C : IAttentionBackend;

            [{|ATTN0006:AttentionBackend("TUNED")|}]
            public sealed class Tuned : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("TUNED")]
            public sealed class A : IAttentionBackend;

            [AttentionBackend("TUNED_BACKEND")]
            public sealed class B : IAttentionBackend;

            [AttentionBackend("TUNED_BACKEND_2")]
            public sealed class C : IAttentionBackend;

            [AttentionBackend("TUNED_BACKEND_3")]
            public sealed class Tuned : IAttentionBackend;
            """);

    [Fact]
    public Task Name_is_cut_to_the_length_that_names_may_have() =>
        Fix.RunAsync(
            """
            using AttentionGen;

            [AttentionBackend("ATTENTION_OVER_A_PAGED_CACHE_OF_A_CLASS_WITH_AN_UNREASONABLE_NAM")]
            public sealed class A : IAttentionBackend;

            [{|ATTN0006:AttentionBackend("ATTENTION_OVER_A_PAGED_CACHE_OF_A_CLASS_WITH_AN_UNREASONABLE_NAM")|}]
            public sealed class AttentionOverAPagedCacheOfAClassWithAnUnreasonableNameIndeed : IAttentionBackend;
            """,
            """
            using AttentionGen;

            [AttentionBackend("ATTENTION_OVER_A_PAGED_CACHE_OF_A_CLASS_WITH_AN_UNREASONABLE_NAM")]
            public sealed class A : IAttentionBackend;

            [AttentionBackend("ATTENTION_OVER_A_PAGED_CACHE_OF_A_CLASS_WITH_AN_UNREASON_BACKEND")]
            public sealed class AttentionOverAPagedCacheOfAClassWithAnUnreasonableNameIndeed : IAttentionBackend;
            """);
}
