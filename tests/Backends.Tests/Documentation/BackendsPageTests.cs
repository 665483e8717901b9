using Xunit;

namespace AttentionGen.Tests.Documentation;

/// <summary>
/// docs/backends.md says what the registry says. With ATTENTIONGEN_ACCEPT=1 its generated part is written instead of
/// compared.
/// </summary>
public sealed class BackendsPageTests
{
    private static readonly string s_path = Path.Combine(Repository.Folder, "docs", "backends.md");

    private static readonly BackendSupport s_support = new() { Device = DeviceKind.Cpu, ElementTypes = ElementTypes.Float32 };

    /// <summary>One change to each property of a declaration.</summary>
    public static TheoryData<string, BackendSupport> Changes => new()
    {
        { nameof(BackendSupport.Device), s_support with { Device = DeviceKind.Cuda } },
        { nameof(BackendSupport.MinComputeCapability), s_support with { MinComputeCapability = 80 } },
        { nameof(BackendSupport.MaxComputeCapability), s_support with { MaxComputeCapability = 90 } },
        { nameof(BackendSupport.Architectures), s_support with { Architectures = ["gfx9"] } },
        { nameof(BackendSupport.ElementTypes), s_support with { ElementTypes = ElementTypes.BFloat16 } },
        { nameof(BackendSupport.CacheElementTypes), s_support with { CacheElementTypes = ElementTypes.Float8E4M3 } },
        { nameof(BackendSupport.HeadSizes), s_support with { HeadSizes = [64, 128] } },
        { nameof(BackendSupport.MinHeadSize), s_support with { MinHeadSize = 32 } },
        { nameof(BackendSupport.MaxHeadSize), s_support with { MaxHeadSize = 256 } },
        { nameof(BackendSupport.HeadSizeMultipleOf), s_support with { HeadSizeMultipleOf = 8 } },
        { nameof(BackendSupport.PageSizes), s_support with { PageSizes = [16, 32] } },
        { nameof(BackendSupport.PageSizeMultipleOf), s_support with { PageSizeMultipleOf = 16 } },
        { nameof(BackendSupport.Types), s_support with { Types = AttentionTypes.Encoder } },
        { nameof(BackendSupport.Form), s_support with { Form = AttentionForm.MultiHeadLatent } },
        { nameof(BackendSupport.QueryHeads), s_support with { QueryHeads = [16, 128] } },
        { nameof(BackendSupport.MaxQueryHeads), s_support with { MaxQueryHeads = 128 } },
        { nameof(BackendSupport.GroupSizes), s_support with { GroupSizes = [1, 8] } },
        { nameof(BackendSupport.GraphCapture), s_support with { GraphCapture = GraphCaptureLevel.Always } },
        { nameof(BackendSupport.Features), s_support with { Features = AttentionFeatures.Sinks } },
    };

    [Fact]
    public void The_page_says_what_the_registry_says()
    {
        string page = File.ReadAllText(s_path);
        string current = BackendsPage.WithGenerated(page, BackendsPage.Render(AttentionRegistry.Instance));
        if (Environment.GetEnvironmentVariable("ATTENTIONGEN_ACCEPT") == "1")
            File.WriteAllText(s_path, current);
        else
            Assert.True(page == current, "docs/backends.md differs from the classes. Run these tests with ATTENTIONGEN_ACCEPT=1 and look at what changed.");
    }

    [Fact]
    public void In_tree_names_are_served_from_the_backends_assembly_alone() =>
        Assert.All(
            AttentionRegistry.Backends.Where(static backend => backend.Known is not null),
            static backend => Assert.Equal(typeof(PagedAttentionBackend).Assembly.GetName().Name, backend.AssemblyName));

    [Fact]
    public void Every_served_name_has_a_line_on_the_hardware_that_it_was_run_on()
    {
        string[] lines = BackendsPage.HandWritten(File.ReadAllText(s_path)).Split('\n');

        Assert.All(
            AttentionRegistry.Backends.Where(static backend => backend.Known is not null),
            backend => Assert.Single(lines, line => line.StartsWith($"| {backend.Name} |", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_property_of_a_declaration_shows(string property, BackendSupport changed) =>
        Assert.True(Section(s_support) != Section(changed), $"The page does not show {property}.");

    [Fact]
    public void The_changes_cover_every_property() =>
        Assert.Equal(typeof(BackendSupport).GetProperties().Select(static property => property.Name).Order(), Changes.Select(static row => row.Data.Item1).Order());

    [Fact]
    public void A_section_has_a_column_for_each_device()
    {
        string section = Section(
            s_support,
            new BackendSupport
            {
                Device = DeviceKind.Cuda,
                MinComputeCapability = 80,
                MaxComputeCapability = 90,
                ElementTypes = ElementTypes.Float16 | ElementTypes.BFloat16,
                CacheElementTypes = ElementTypes.Float8E4M3,
                HeadSizeMultipleOf = 8,
                MaxHeadSize = 256,
                PageSizes = [16, 32],
                Types = AttentionTypes.Decoder | AttentionTypes.EncoderOnly,
                Features = AttentionFeatures.SlidingWindow | AttentionFeatures.Sinks,
            });

        Assert.Equal(
            """
            ### ACME_ATTN

            Class `Acme.Attention` of assembly `Acme`.

            Attends.

            |  | Cpu | Cuda |
            | --- | --- | --- |
            | Needs | nothing more | compute capability 8.0 or higher, compute capability 9.0 or lower |
            | Element types | Float32 | Float16, BFloat16 |
            | Cache element types | that of the queries | that of the queries, Float8E4M3 |
            | Head sizes | any | multiples of 8; at most 256 |
            | Page sizes | any | 16, 32 |
            | Attention types | Decoder | Decoder, EncoderOnly |
            | Form | MultiHead | MultiHead |
            | Features | None | SlidingWindow, Sinks |

            """,
            section);
    }

    [Fact]
    public void Heads_and_graph_capture_have_a_row_where_a_device_restricts_them()
    {
        BackendSupport cuda = s_support with { Device = DeviceKind.Cuda };
        string[] rows = Section(
            s_support, cuda with { QueryHeads = [16, 128], MaxQueryHeads = 128, GroupSizes = [1, 8], GraphCapture = GraphCaptureLevel.UniformBatch }).Split('\n');

        Assert.Contains("| Heads | any | 16, 128; at most 128, in groups of 1, 8 |", rows);
        Assert.Contains("| Graph capture | Never | UniformBatch |", rows);
        Assert.DoesNotContain(Section(s_support, cuda).Split('\n'), static row => row.StartsWith("| Heads", StringComparison.Ordinal) || row.StartsWith("| Graph", StringComparison.Ordinal));
    }

    private static string Section(params BackendSupport[] supports) => BackendsPage.RenderSection(
        new BackendDescriptor { Name = "ACME_ATTN", TypeName = "Acme.Attention", AssemblyName = "Acme", Supports = [.. supports] }, "Attends.");
}
