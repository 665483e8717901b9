using Microsoft.CodeAnalysis;

namespace AttentionGen.Tests;

/// <summary>Names that meet, within an assembly and across assemblies.</summary>
public sealed class ConflictTests
{
    [Fact]
    public void A_name_twice_in_one_assembly_is_an_error_that_shows_both_places()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", """
            using AttentionGen;
            [AttentionBackend("ACME")] internal sealed class Second : IAttentionBackend;
            [AttentionBackend("Acme")] internal sealed class First : IAttentionBackend;
            """));

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal("ATTN0006", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal("'Acme' is registered by 'Second' and by 'First'; give one of them another name or remove its attribute", Message(diagnostic));
        Assert.Equal(2, diagnostic.Location.GetLineSpan().StartLinePosition.Line);
        Assert.Equal(1, Assert.Single(diagnostic.AdditionalLocations).GetLineSpan().StartLinePosition.Line);
        run.AssertGeneratedCodeIsClean();
        Assert.Contains("CreateAcme()", run.File("AttentionBackendManifest.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Override_does_not_excuse_a_name_twice_in_one_assembly() =>
        Assert.Equal(["ATTN0006"], GeneratorRun.Of(Programs.Library("Acme", """
            using AttentionGen;
            [AttentionBackend(Backend.FlashAttn)] internal sealed class First : IAttentionBackend;
            [AttentionBackend(Backend.FlashAttn, Override = true)] internal sealed class Second : IAttentionBackend;
            """)).AssertGeneratedCodeIsClean().DiagnosticIds);

    [Fact]
    public void A_name_of_the_application_and_of_a_reference_is_an_error_at_the_application()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", Class("ACME", "Mine"), Reference("Acme", "acme", "Theirs")));

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal("ATTN0007", diagnostic.Id);
        Assert.Equal("File0.cs", diagnostic.Location.SourceTree!.FilePath);
        Assert.Equal("'ACME' is registered by 'Mine' of 'Chat' and by 'Theirs' of 'Acme'; set Override = true on the one that should serve it, or drop a reference", Message(diagnostic));
        Assert.Contains("Chat.AttentionBackendManifest.CreateAcme()", run.AssertGeneratedCodeIsClean().File("AttentionRegistry.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_two_references_is_an_error_without_a_place()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", "", Reference("Two", "ACME", "Second"), Reference("One", "ACME", "First")));

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal("ATTN0007", diagnostic.Id);
        Assert.Equal(Location.None, diagnostic.Location);
        Assert.Contains("'First' of 'One' and by 'Second' of 'Two'", Message(diagnostic), StringComparison.Ordinal);
        Assert.Contains("One.AttentionBackendManifest.CreateAcme()", run.AssertGeneratedCodeIsClean().File("AttentionRegistry.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_does_not_judge_what_it_references() =>
        Assert.Empty(GeneratorRun.Of(Programs.Library("Chat", Class("ACME", "Mine"), Reference("Acme", "ACME", "Theirs"))).Diagnostics);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_override_takes_the_name(bool inApplication)
    {
        string replacement = Class("ACME", "Mine", isOverride: true);
        MetadataReference original = Reference("Acme", "ACME", "Theirs");
        GeneratorRun run = GeneratorRun.Of(inApplication
            ? Programs.Application("Chat", replacement, original)
            : Programs.Application("Chat", "", original, Programs.Reference("Zebra", replacement)));

        Assert.Empty(run.Diagnostics);
        run.AssertCompilesWithoutWarnings();
        Assert.Contains($"{(inApplication ? "Chat" : "Zebra")}.AttentionBackendManifest.CreateAcme()", run.File("AttentionRegistry.g.cs"), StringComparison.Ordinal);
        Assert.DoesNotContain("Generated.Acme", run.File("AttentionRegistry.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_override_settles_two_that_are_none() =>
        Assert.Empty(GeneratorRun.Of(Programs.Application(
            "Chat", Class("ACME", "Mine", isOverride: true), Reference("One", "ACME", "First"), Reference("Two", "ACME", "Second"))).Diagnostics);

    [Fact]
    public void Two_overrides_are_an_error_even_where_one_is_the_applications()
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Application(
            "Chat", Class("ACME", "Mine", isOverride: true), Reference("One", "ACME", "First"), Programs.Reference("Two", Class("ACME", "Second", isOverride: true))));

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal("ATTN0015", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Equal("'ACME' is overridden by 'Mine' of 'Chat' and by 'Second' of 'Two'; remove one of them, or drop a reference", Message(diagnostic));
        Assert.NotEqual(Location.None, diagnostic.Location);
    }

    [Fact]
    public void An_override_of_nothing_is_a_warning_in_the_application_alone()
    {
        string source = Class("ACME", "Mine", isOverride: true);

        Assert.Equal(["ATTN0008"], GeneratorRun.Of(Programs.Application("Chat", source)).DiagnosticIds);
        Assert.Empty(GeneratorRun.Of(Programs.Library("Acme", source)).Diagnostics);
        Assert.Empty(GeneratorRun.Of(Programs.Application("Chat", "", Programs.Reference("Acme", source))).Diagnostics);
    }

    [Theory]
    [InlineData("FLASH_MLA", "FLASHMLA")]
    [InlineData("torchsdpa", "TORCH_SDPA")]
    public void A_name_that_is_an_in_tree_name_apart_from_underscores_is_a_warning(string name, string inTree)
    {
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(Programs.Library("Acme", Class(name, "Mine"))).Diagnostics);

        Assert.Equal("ATTN0011", diagnostic.Id);
        Assert.Equal($"'{name}' and '{inTree}' differ by underscores alone, so one is easily written for the other; choose another name for '{name}'", Message(diagnostic));
    }

    [Fact]
    public void A_name_that_is_a_references_apart_from_underscores_is_a_warning() =>
        Assert.Equal(["ATTN0011"], GeneratorRun.Of(Programs.Application("Chat", Class("ACMEATTN", "Mine"), Reference("Acme", "ACME_ATTN", "Theirs"))).DiagnosticIds);

    [Fact]
    public void Of_two_such_names_in_one_assembly_one_is_warned_of() =>
        Assert.Equal(["ATTN0011"], GeneratorRun.Of(Programs.Library("Acme", Class("ACMEATTN", "First") + Class("ACME_ATTN", "Second"))).DiagnosticIds);

    [Theory]
    [InlineData(0, "'Old'")]
    [InlineData(2, "the package AttentionGen")]
    public void A_reference_of_another_manifest_version_is_left_out_with_a_warning(int version, string update)
    {
        Compilation reference = Programs.Library("Old", $"""
            [assembly: AttentionGen.RegisteredAttentionBackend({version}, "ACME", "T", "A.B", "X", false)]
            [assembly: AttentionGen.RegisteredAttentionBackend(1, "OTHER", "T", "A.B", "X", false)]
            """);
        GeneratorRun run = GeneratorRun.Of(Programs.Application("Chat", "", reference.ToMetadataReference()));

        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal("ATTN0012", diagnostic.Id);
        Assert.Equal($"'Old' has version {version} of the backend manifest and this build reads version 1, so its backends are left out; update {update}", Message(diagnostic));
        run.AssertCompilesWithoutWarnings();
        Assert.DoesNotContain("A.B", run.File("AttentionRegistry.g.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_pragma_suppresses_what_the_generator_reports(bool suppress)
    {
        GeneratorRun run = GeneratorRun.Of(Programs.Library("Acme", $"""
            {(suppress ? "#pragma warning disable ATTN0011" : "")}
            {Class("FLASH_MLA", "Mine")}
            #pragma warning restore ATTN0011
            """));

        Assert.Equal(suppress ? [] : ["ATTN0011"], run.DiagnosticIds);
    }

    [Fact]
    public void Every_rule_has_a_page()
    {
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(Programs.Library("Acme", Class("FLASH_MLA", "Mine"))).Diagnostics);

        Assert.Equal("https://github.com/attentiongen/attentiongen/blob/main/docs/diagnostics/ATTN0011.md", diagnostic.Descriptor.HelpLinkUri);
        Assert.Equal("AttentionGen.Registry", diagnostic.Descriptor.Category);
    }

    private static string Class(string backend, string name, bool isOverride = false) =>
        $"[AttentionGen.AttentionBackend(\"{backend}\"{(isOverride ? ", Override = true" : "")})] internal sealed class {name} : AttentionGen.IAttentionBackend;";

    private static MetadataReference Reference(string assemblyName, string backend, string name) =>
        Programs.Reference(assemblyName, Class(backend, name));

    private static string Message(Diagnostic diagnostic) => diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
}
