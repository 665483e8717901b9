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
                HeadSizes = [64, 128], PageSizeMultipleOf = 16, Features = AttentionFeatures.SlidingWindow | AttentionFeatures.DeviceQueryLengths,
                QueryHeads = [16, 128], MaxQueryHeads = 128, GroupSizes = [1, 8], GraphCapture = GraphCaptureLevel.UniformBatch)]
            [AttentionSupport(DeviceKind.Cpu, ElementTypes = ElementTypes.Float32)]
            internal sealed class FlashAttention : IAttentionBackend;

            [AttentionBackend("ACME_ATTN")]
            [AttentionSupport(DeviceKind.Rocm, Architectures = ["gfx9", "gfx\"11"], Types = AttentionTypes.Decoder | AttentionTypes.CrossAttention, Form = AttentionForm.MultiHeadLatent)]
            internal sealed class AcmeAttention : IAttentionBackend
            {
                public void Attach(BackendDescriptor descriptor) { }
            }
            """));

        Assert.Empty(run.Diagnostics);
        Snapshot.Verify(run, this);
    }

    [Fact]
    public void Classes_that_differ_only_in_container_case_or_keyword_all_get_in()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", """
            using AttentionGen;

            internal class Outer
            {
                [AttentionBackend("NESTED")]
                internal sealed class Attention : IAttentionBackend;

                [AttentionBackend("PROTECTED_INTERNAL")]
                protected internal sealed class Shielded : IAttentionBackend;
            }

            namespace One
            {
                [AttentionBackend("ONE")]
                internal sealed class Attention : IAttentionBackend;

                [AttentionBackend("LOWER_CASE")]
                internal sealed class attentioN : IAttentionBackend;
            }

            namespace @namespace
            {
                [AttentionBackend("KEYWORD")]
                internal sealed class @class : IAttentionBackend;

                [AttentionBackend("RECORD")]
                internal sealed record Recorded : IAttentionBackend;

                [AttentionBackend("PARTIAL")]
                internal sealed partial class Parted : IAttentionBackend;

                [AttentionSupport(DeviceKind.Tpu)]
                internal sealed partial class Parted;
            }
            """));

        Assert.Empty(run.Diagnostics);
        Snapshot.Verify(run, this);
    }

    [Fact]
    public void Names_that_meet_in_Pascal_case_get_members_of_their_own()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", """
            using AttentionGen;

            [AttentionBackend("A_B")] internal sealed class First : IAttentionBackend;
            [AttentionBackend("A__B")] internal sealed class Second : IAttentionBackend;
            [AttentionBackend(Backend.FlashAttn)] internal sealed class Third : IAttentionBackend;
            [AttentionBackend("FLASH__ATTN")] internal sealed class Fourth : IAttentionBackend;
            """));

        Assert.Equal(["ATTN0011", "ATTN0011"], run.DiagnosticIds);
        Snapshot.Verify(run, this);
    }

    [Fact]
    public void An_in_tree_backend_goes_by_its_member_of_the_enum() =>
        Assert.Contains("CreateXFormers()", GeneratorRun.Of(Programs.Library("Acme", """
            using AttentionGen;
            [AttentionBackend(Backend.XFormers)] internal sealed class Acme : IAttentionBackend;
            """)).AssertCompilesWithoutWarnings().File("AttentionBackendManifest.g.cs"), StringComparison.Ordinal);

    [Theory]
    [InlineData("internal sealed class Acme : IAttentionBackend { public void Attach(BackendDescriptor descriptor) { } }", true)]
    [InlineData("internal sealed class Acme : IAttentionBackend { void IAttentionBackend.Attach(BackendDescriptor descriptor) { } }", true)]
    [InlineData("internal sealed class Acme : Base;", true)]
    [InlineData("internal sealed class Acme : IAttentionBackend;", false)]
    [InlineData("internal sealed class Acme : IAttentionBackend { public void Attach(int other) => _ = other; }", false)]
    public void A_class_that_implements_Attach_is_handed_its_descriptor(string declaration, bool attaches)
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", $"""
            using AttentionGen;
            [AttentionBackend("ACME")] {declaration}
            """ + """

            internal abstract class Base : IAttentionBackend { void IAttentionBackend.Attach(BackendDescriptor descriptor) { } }
            """));

        run.AssertCompilesWithoutWarnings();
        Assert.Equal(attaches, run.File("AttentionBackendManifest.g.cs")!.Contains("backend.Attach(s_acme);", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a member that is not named", """[AttentionSupport(DeviceKind.Cpu, Features = (AttentionFeatures)(1 << 30))]""", "Features = (global::AttentionGen.AttentionFeatures)(1073741824),")]
    [InlineData("part of it named", """[AttentionSupport(DeviceKind.Cpu, Features = (AttentionFeatures)((1 << 30) | 1))]""", "Features = (global::AttentionGen.AttentionFeatures)(1073741825),")]
    [InlineData("none", """[AttentionSupport(DeviceKind.Cpu, Features = AttentionFeatures.None)]""", "Features = global::AttentionGen.AttentionFeatures.None,")]
    [InlineData("a negative number", """[AttentionSupport(DeviceKind.Cpu, HeadSizes = [-1])]""", "HeadSizes = [-1],")]
    [InlineData("a list of head counts", """[AttentionSupport(DeviceKind.Cpu, QueryHeads = [16, 128])]""", "QueryHeads = [16, 128],")]
    [InlineData("the largest head count", """[AttentionSupport(DeviceKind.Cpu, MaxQueryHeads = 128)]""", "MaxQueryHeads = 128,")]
    [InlineData("a list of group sizes", """[AttentionSupport(DeviceKind.Cpu, GroupSizes = new[] { 1, 8 })]""", "GroupSizes = [1, 8],")]
    [InlineData("a graph capture level", """[AttentionSupport(DeviceKind.Cuda, GraphCapture = GraphCaptureLevel.UniformSingleTokenDecode)]""", "GraphCapture = global::AttentionGen.GraphCaptureLevel.UniformSingleTokenDecode,")]
    [InlineData("an undefined device", """[AttentionSupport((DeviceKind)77)]""", "Device = (global::AttentionGen.DeviceKind)(77),")]
    [InlineData("an empty list", """[AttentionSupport(DeviceKind.Cpu, PageSizes = [])]""", "PageSizes = [],")]
    public void A_declared_value_arrives_as_it_was_written(string what, string attribute, string expected)
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", $"""
            using AttentionGen;
            [AttentionBackend("ACME")] {attribute} internal sealed class Acme : IAttentionBackend;
            """));

        run.AssertCompilesWithoutWarnings();
        Assert.True(run.File("AttentionBackendManifest.g.cs")!.Contains(expected, StringComparison.Ordinal), what);
    }

    [Fact]
    public void A_declaration_of_null_is_left_out()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", """
            using AttentionGen;
            [AttentionBackend("ACME")]
            [AttentionSupport(DeviceKind.Cpu, HeadSizes = null!, Architectures = [null!, "x"])]
            internal sealed class Acme : IAttentionBackend;
            """));

        run.AssertCompilesWithoutWarnings();
        Assert.Contains("Architectures = [\"x\"],", run.File("AttentionBackendManifest.g.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("HeadSizes", run.File("AttentionBackendManifest.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_obsolete_class_makes_no_warning_in_generated_code()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", """
            using AttentionGen;
            [System.Obsolete("Use another.")] [AttentionBackend("ACME")] internal sealed class Acme : IAttentionBackend;
            [AttentionBackend("BARE")] internal sealed class Bare : IAttentionBackend { [System.Obsolete] public Bare() { } }
            """));

        run.AssertCompilesWithoutWarnings();
    }

    [Fact]
    public void A_program_without_backends_gets_no_manifest() =>
        Assert.Empty(GeneratorRun.Of(Programs.Library("Acme", "internal sealed class Nothing;")).Result.GeneratedSources);
}
